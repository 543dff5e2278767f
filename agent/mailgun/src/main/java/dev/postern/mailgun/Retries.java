package dev.postern.mailgun;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.postern.issuer.IssuerException;
import dev.postern.mailgun.CallObserver.Operation;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Repeats what may safely be repeated, with growing, jittered pauses, until the deadline. */
final class Retries {
  private static final int ATTEMPTS = 4;
  private static final int PROBE_ATTEMPTS = 2;
  private static final double JITTER = 0.2;

  private final MailgunTimeouts timeouts;
  private final BooleanSupplier open;

  /**
   * @param open false once nothing more is to be sent
   */
  Retries(MailgunTimeouts timeouts, BooleanSupplier open) {
    this.timeouts = timeouts;
    this.open = open;
  }

  /** Ends with the last failure, where it ends with one. */
  <T> T run(Operation operation, Deadline deadline, Supplier<T> attempt) {
    Attempts<T> attempts = new Attempts<>(attempt);
    try {
      return Failsafe.with(this.<T>policy(operation, deadline)).get(attempts::next);
    } catch (FailsafeException interrupted) {
      // Thrown by its pauses only. What came before the pause is what the caller must know.
      Thread.currentThread().interrupt();
      throw attempts.lastFailure();
    }
  }

  /**
   * Making something is not idempotent: it is repeated only after failures that say that nothing
   * was done. The other calls may be repeated at will.
   */
  static boolean mayRepeat(Operation operation, IssuerException failure) {
    return switch (operation) {
      case CREATE ->
          failure instanceof IssuerException.Unavailable
              || failure instanceof IssuerException.Throttled;
      case LIST, READ, SET, DELETE -> failure.isTransient();
      case PROBE -> failure instanceof IssuerException.Unavailable;
    };
  }

  private <T> RetryPolicy<T> policy(Operation operation, Deadline deadline) {
    return RetryPolicy.<T>builder()
        .handleIf(
            failure ->
                failure instanceof IssuerException known
                    && open.getAsBoolean()
                    && mayRepeat(operation, known)
                    && longestPauseAfter(known).compareTo(deadline.remaining()) < 0)
        .withMaxAttempts(operation == Operation.PROBE ? PROBE_ATTEMPTS : ATTEMPTS)
        .withBackoff(timeouts.firstPause(), timeouts.longestPause())
        .withDelayFnOn(
            context ->
                context
                    .<IssuerException>getLastException()
                    .retryAfter()
                    .map(this::pauseFor)
                    .orElse(Duration.ofNanos(-1)),
            IssuerException.Throttled.class)
        .withJitter(JITTER)
        .build();
  }

  private Duration longestPauseAfter(IssuerException failure) {
    return scaled(
        failure.retryAfter().map(this::pauseFor).orElse(timeouts.longestPause()), 1 + JITTER);
  }

  /** So long that jitter, which goes both ways, never makes it shorter than what was asked. */
  private Duration pauseFor(Duration asked) {
    Duration first = timeouts.firstPause();
    return scaled(asked.compareTo(first) < 0 ? first : asked, 1 / (1 - JITTER));
  }

  private static Duration scaled(Duration time, double factor) {
    return Duration.ofMillis((long) Math.ceil(time.toMillis() * factor));
  }

  /** Remembers the failure that a pause follows. */
  private static final class Attempts<T> {
    private final Supplier<T> attempt;
    private @Nullable IssuerException last;

    Attempts(Supplier<T> attempt) {
      this.attempt = attempt;
    }

    T next() {
      try {
        return attempt.get();
      } catch (IssuerException e) {
        last = e;
        throw e;
      }
    }

    IssuerException lastFailure() {
      return last == null
          ? new IssuerException.Unavailable("interrupted before the first attempt", null)
          : last;
    }
  }
}
