package dev.postern;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The named values of one version of a secret, such as {@code api_key}; or {@code login} and {@code
 * password}. Owns its values: closing it wipes them. Thread-safe; prints names only.
 */
public final class SecretFields implements AutoCloseable {
  private final SequencedMap<String, SecretBytes> values;

  private SecretFields(Map<String, SecretBytes> values) {
    this.values = Collections.unmodifiableSequencedMap(new TreeMap<>(values));
  }

  /** Takes over the values: they are wiped when the result is closed. */
  public static SecretFields takeOwnershipOf(Map<String, SecretBytes> values) {
    return new SecretFields(values);
  }

  /** Field names, in alphabetical order. */
  public Set<String> names() {
    return values.keySet();
  }

  /** The value itself, not a copy: it lives as long as this object. */
  public Optional<SecretBytes> field(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** A deep copy that the caller owns. */
  public SecretFields copy() {
    return copy(name -> true);
  }

  /** A deep copy of the fields that the predicate names, which the caller owns. */
  public SecretFields copy(Predicate<String> wanted) {
    Map<String, SecretBytes> copies = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (wanted.test(name)) {
            copies.put(name, SecretBytes.takeOwnershipOf(value.exposeCopy()));
          }
        });
    return new SecretFields(copies);
  }

  /** Whether the names and, compared in constant time each, the values are the same. */
  public boolean sameAs(SecretFields other) {
    if (!names().equals(other.names())) {
      return false;
    }
    boolean same = true;
    for (Map.Entry<String, SecretBytes> entry : values.entrySet()) {
      same &= entry.getValue().sameAs(other.field(entry.getKey()).orElseThrow());
    }
    return same;
  }

  @Override
  public void close() {
    values.values().forEach(SecretBytes::close);
  }

  @Override
  public String toString() {
    return "SecretFields" + values.keySet();
  }
}
