package dev.postern.mailgun.simulator;

import java.time.Duration;

/** Something that goes wrong on purpose at one {@link Operation}. */
public sealed interface Fault {

  /** The act is done, then the connection is closed without an answer. */
  record AnswerLost() implements Fault {}

  /** The act is done at once; its answer comes this much later. */
  record Delay(Duration duration) implements Fault {
    public Delay {
      requirePositive(duration);
    }
  }

  /**
   * Nothing is done, and this is the answer: a 5xx, a proxy's HTML, or a reply code on SMTP. A body
   * that begins with {@code <} goes out as HTML, one that begins with a brace as JSON.
   */
  record Status(int status, String body) implements Fault {
    public Status {
      if (status < 200 || status > 599) {
        throw new IllegalArgumentException("status must be 200 to 599, not " + status);
      }
    }
  }

  /** Nothing is done; 429 with the wish to wait told in the given way. */
  record Throttled(Duration resetAfter, Told told) implements Fault {
    public Throttled {
      requirePositive(resetAfter);
    }

    public Throttled(Duration resetAfter) {
      this(resetAfter, Told.BOTH);
    }

    /** The headers that tell how long to wait. */
    public enum Told {
      /** {@code X-RateLimit-Reset}, Unix seconds. */
      RATE_LIMIT_RESET,
      /** {@code Retry-After}, seconds from now. */
      RETRY_AFTER,
      BOTH,
      NEITHER
    }
  }

  /** For {@link Operation#CREATE_KEY}: refused when the account has this many keys. */
  record KeyLimit(int keys) implements Fault {
    public KeyLimit {
      if (keys < 0) {
        throw new IllegalArgumentException("a key limit cannot be negative");
      }
    }
  }

  /**
   * For the operations that kill a credential: what they killed is still accepted until the time is
   * over or the number of uses is spent, whichever is first.
   */
  record RevocationLag(Duration duration, int uses) implements Fault {
    private static final Duration FOREVER = Duration.ofDays(36_500);

    public RevocationLag {
      requirePositive(duration);
      if (uses < 1) {
        throw new IllegalArgumentException("a revocation lag needs at least one use");
      }
    }

    public static RevocationLag lasting(Duration duration) {
      return new RevocationLag(duration, Integer.MAX_VALUE);
    }

    public static RevocationLag ofUses(int uses) {
      return new RevocationLag(FOREVER, uses);
    }
  }

  /**
   * The vendor has disabled the account or the domain. Its words for that are not confirmed; these
   * are those of its help pages.
   */
  record Disabled(What what) implements Fault {
    /** What is disabled. */
    public enum What {
      ACCOUNT,
      DOMAIN
    }

    String text() {
      return switch (what) {
        case ACCOUNT -> "Your account has been disabled. Please contact support.";
        case DOMAIN -> "Domain is disabled. Please contact support.";
      };
    }
  }

  /** The caller's address is taken to be off the allow list: 401, or 535 on SMTP. */
  record SourceRefused() implements Fault {}

  /** Whether the fault means anything there. */
  default boolean appliesTo(Operation operation) {
    return switch (this) {
      case KeyLimit _ -> operation == Operation.CREATE_KEY;
      case RevocationLag _ -> operation.revokes();
      case AnswerLost _, Delay _, Status _, Throttled _, Disabled _, SourceRefused _ -> true;
    };
  }

  private static void requirePositive(Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("the duration of a fault must be positive");
    }
  }
}
