package dev.postern;

import java.util.UUID;

/** The identifier of one run of the rotation cycle; also the idempotency token towards stores. */
public record RotationId(UUID value) implements Comparable<RotationId> {

  public static RotationId random() {
    return new RotationId(UUID.randomUUID());
  }

  /**
   * @throws IllegalArgumentException when the text is not a UUID in its canonical form
   */
  public static RotationId parse(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equals(text)) {
      throw new IllegalArgumentException("a rotation id is a UUID in its canonical form");
    }
    return new RotationId(uuid);
  }

  @Override
  public int compareTo(RotationId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
