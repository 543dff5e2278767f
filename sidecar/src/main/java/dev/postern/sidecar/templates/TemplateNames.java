package dev.postern.sidecar.templates;

import dev.postern.SecretKind;
import java.util.Optional;
import java.util.Set;

/** Which names a template of a secret may use, as far as that can be known without its value. */
public final class TemplateNames {
  private TemplateNames() {}

  /**
   * @return empty for a kind whose fields are whatever the store holds
   */
  public static Optional<Set<String>> of(SecretKind kind, Set<String> attributes) {
    if (kind.fields().isEmpty()) {
      return Optional.empty();
    }
    Set<String> names = SecretContext.withAttributes(attributes);
    names.addAll(kind.fields());
    return Optional.of(names);
  }
}
