package dev.postern.checkup;

/**
 * What a check came to. The texts are for an operator, on one line each: never a value, a token or
 * what a server said.
 *
 * @param found what is so
 * @param advice what to do; empty when there is nothing to do
 */
public record Finding(Outcome outcome, String found, String advice) {

  /** How good or bad it is. */
  public enum Outcome {
    OK,
    /** It works now; somebody should look at it. */
    WARN,
    /** A person must change something. */
    FAIL,
    /** Nobody answers, or not usefully: it may pass by itself. */
    UNREACHABLE,
    /** Not known, and not held against anybody. */
    SKIPPED;

    public boolean isFailure() {
      return this == FAIL || this == UNREACHABLE;
    }
  }

  public static Finding ok(String found) {
    return new Finding(Outcome.OK, found, "");
  }

  public static Finding warn(String found, String advice) {
    return new Finding(Outcome.WARN, found, advice);
  }

  public static Finding fail(String found, String advice) {
    return new Finding(Outcome.FAIL, found, advice);
  }

  public static Finding unreachable(String found, String advice) {
    return new Finding(Outcome.UNREACHABLE, found, advice);
  }

  public static Finding skipped(String found, String advice) {
    return new Finding(Outcome.SKIPPED, found, advice);
  }

  /** Of one of our messages, which say what is wrong and, after a semicolon, what to do. */
  public static Finding saying(Outcome outcome, String message) {
    int end = message.indexOf("; ");
    return end < 0
        ? new Finding(outcome, message, "")
        : new Finding(outcome, message.substring(0, end), message.substring(end + 2));
  }
}
