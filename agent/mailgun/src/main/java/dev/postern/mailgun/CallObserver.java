package dev.postern.mailgun;

import java.time.Duration;

/** Is told of every request that was sent to Mailgun, repeats included. Must not block or throw. */
@FunctionalInterface
public interface CallObserver {

  /** Observes nothing. */
  CallObserver NONE = (operation, outcome, took) -> {};

  /** What the request was for; a metric label. */
  enum Operation {
    CREATE("create"),
    LIST("list"),
    READ("read"),
    SET("set"),
    DELETE("delete"),
    PROBE("probe");

    private final String label;

    Operation(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** How the request ended; a metric label. */
  enum Outcome {
    OK("ok"),
    /** Mailgun understood and said no; for a probe: the key is not accepted. */
    REFUSED("refused"),
    THROTTLED("throttled"),
    /** Not reached, not answered in time, or a server error. */
    UNAVAILABLE("unavailable"),
    /** The answer was not Mailgun's. */
    ERROR("error");

    private final String label;

    Outcome(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  void requestEnded(Operation operation, Outcome outcome, Duration took);
}
