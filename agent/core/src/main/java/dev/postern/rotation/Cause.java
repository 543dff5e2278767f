package dev.postern.rotation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a rotation runs. */
public enum Cause {
  /** The secret has leaked: revocation does not wait longer than the deadline. */
  COMPROMISED,
  /** It has reached its maximum age. */
  SCHEDULED,
  /** Somebody asked for it, without a leak. */
  REQUESTED;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Cause> ofWireName(String name) {
    return Arrays.stream(values()).filter(cause -> cause.wireName().equals(name)).findFirst();
  }
}
