package dev.postern.sidecar.templates;

import dev.postern.SecretKind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What of a secret decides which keys a file has: everything but its values. */
record Outline(
    String secret,
    SecretKind kind,
    String version,
    Map<String, String> attributes,
    Set<String> fields) {

  static Outline of(Subject subject) {
    return new Outline(
        subject.name().value(),
        subject.kind(),
        subject.version().id(),
        new TreeMap<>(subject.attributes()),
        subject.fields().names());
  }

  boolean has(String name) {
    return fields.contains(name) || attributes.containsKey(name);
  }

  Optional<String> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  void ifKnown(String name, Consumer<String> use) {
    if (has(name)) {
      use.accept(name);
    }
  }
}
