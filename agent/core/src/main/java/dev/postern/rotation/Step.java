package dev.postern.rotation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** One act of the cycle; a metric label. */
public enum Step {
  ISSUE,
  STAGE,
  /** Puts a chosen value into force at the provider, once it is kept. */
  ACTIVATE,
  TEST,
  PROMOTE,
  PROPAGATE,
  REVOKE,
  PROVE,
  /** Clears the flag. */
  FINISH,
  /** Removes what was made, after a failure before promotion. */
  ROLL_BACK;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the provider is called for it. */
  boolean asksIssuer() {
    return switch (this) {
      case ISSUE, ACTIVATE, TEST, REVOKE, PROVE, ROLL_BACK -> true;
      case STAGE, PROMOTE, PROPAGATE, FINISH -> false;
    };
  }

  public static Optional<Step> ofWireName(String name) {
    return Arrays.stream(values()).filter(step -> step.wireName().equals(name)).findFirst();
  }
}
