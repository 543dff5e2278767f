package dev.postern.sidecar.templates;

import com.samskivert.mustache.Mustache;
import dev.postern.SecretBytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The names that a template may use: the secret's fields, its attributes, and {@code name}, {@code
 * kind} and {@code version}. A field hides what else has its name.
 */
final class SecretContext implements Mustache.CustomContext, AutoCloseable {
  private static final Set<String> ALWAYS = Set.of("name", "kind", "version");

  private final Subject subject;
  private final Map<String, SecretText> texts = new HashMap<>();
  private final IdentityHashMap<Object, SecretText> byPrint = new IdentityHashMap<>();
  private final List<SecretBytes> plain = new ArrayList<>();

  SecretContext(Subject subject) {
    this.subject = subject;
  }

  /** What is there besides the fields. */
  static Set<String> withAttributes(Set<String> attributes) {
    Set<String> names = new TreeSet<>(ALWAYS);
    names.addAll(attributes);
    return names;
  }

  @Override
  public @Nullable Object get(String name) {
    SecretText known = texts.get(name);
    if (known != null) {
      return known;
    }
    Optional<SecretBytes> value = subject.fields().field(name).or(() -> attribute(name));
    value.ifPresent(bytes -> keep(SecretText.of(name, bytes)));
    return texts.get(name);
  }

  private void keep(SecretText text) {
    texts.put(text.name(), text);
    byPrint.put(text.toString(), text);
  }

  /** The text that this very string is the print of: what jmustache makes of an unquoted value. */
  Optional<SecretText> printedAs(Object print) {
    return Optional.ofNullable(byPrint.get(print));
  }

  /** Not secret, and yet the same kind of text: it is quoted by the same rules. */
  private Optional<SecretBytes> attribute(String name) {
    String text =
        switch (name) {
          case "name" -> subject.name().value();
          case "kind" -> subject.kind().wireName();
          case "version" -> subject.version().id();
          default -> subject.attributes().get(name);
        };
    if (text == null) {
      return Optional.empty();
    }
    SecretBytes bytes = SecretBytes.ofUtf8(text);
    plain.add(bytes);
    return Optional.of(bytes);
  }

  @Override
  public void close() {
    texts.values().forEach(SecretText::close);
    plain.forEach(SecretBytes::close);
  }
}
