package dev.postern.mailgun;

import dev.failsafe.RateLimiter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the calls of one {@link ApiFamily} apart: within the limit that was configured, and away
 * from Mailgun for as long as it asked any one of them to stay away.
 */
final class CallPacing {
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  /** A rotation needs a handful of calls; they go out at once, and a bulk run is still evened. */
  private static final int BURSTS_PER_MINUTE = 12;

  private final MailgunErrors errors;
  private final @Nullable RateLimiter<Object> limiter;
  private long pauseEndNanos = System.nanoTime();

  private CallPacing(MailgunErrors errors, @Nullable RateLimiter<Object> limiter) {
    this.errors = errors;
    this.limiter = limiter;
  }

  static CallPacing unlimited(MailgunErrors errors) {
    return new CallPacing(errors, null);
  }

  /**
   * Never lets more than that many calls out in any 60 seconds, wherever the server's own minute
   * begins: bursts of a twelfth, so far apart that no such minute touches more than twelve of them.
   */
  static CallPacing perMinute(MailgunErrors errors, int calls) {
    int burst = calls / BURSTS_PER_MINUTE;
    return new CallPacing(
        errors,
        burst == 0
            ? RateLimiter.smoothBuilder(calls, Duration.ofMinutes(1)).build()
            : RateLimiter.burstyBuilder(
                    burst, Duration.ofNanos(MINUTE_NANOS / (BURSTS_PER_MINUTE - 1)))
                .build());
  }

  /** All calls from now on wait that long. */
  synchronized void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    if (end - pauseEndNanos > 0) {
      pauseEndNanos = end;
    }
  }

  /**
   * Waits until the call may go out.
   *
   * @throws dev.postern.issuer.IssuerException.Throttled when that would be after the deadline;
   *     nothing was sent
   */
  void await(String what, Deadline deadline) {
    Duration pause = pauseLeft();
    if (pause.isPositive()) {
      if (pause.compareTo(deadline.remaining()) >= 0) {
        throw errors.notSent(what, "mailgun asked for a pause", pause);
      }
      sleep(what, pause);
    }
    if (limiter == null) {
      return;
    }
    Duration left = deadline.remaining();
    Duration wait = left.isPositive() ? limiter.tryReservePermit(left) : Duration.ofNanos(-1);
    if (wait.isNegative()) {
      throw errors.notSent(
          what, "as many calls as a minute allows are under way", left.plusSeconds(1));
    }
    sleep(what, wait);
  }

  private synchronized Duration pauseLeft() {
    return Duration.ofNanos(pauseEndNanos - System.nanoTime());
  }

  private void sleep(String what, Duration time) {
    if (!time.isPositive()) {
      return;
    }
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw errors.interrupted(what);
    }
  }
}
