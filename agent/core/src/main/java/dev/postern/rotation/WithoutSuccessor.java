package dev.postern.rotation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of a compromised credential when no successor could be made by the deadline. */
public enum WithoutSuccessor {
  /** It stays alive, and an operator is called. */
  KEEP,
  /** It is revoked all the same: sends fail, and an operator is called. */
  REVOKE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<WithoutSuccessor> ofWireName(String name) {
    return Arrays.stream(values()).filter(choice -> choice.wireName().equals(name)).findFirst();
  }
}
