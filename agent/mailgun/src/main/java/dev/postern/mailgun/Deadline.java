package dev.postern.mailgun;

import java.time.Duration;

/** The end of one call of the issuer, on the monotonic clock. */
final class Deadline {
  private final long endNanos;

  private Deadline(long endNanos) {
    this.endNanos = endNanos;
  }

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  Duration remaining() {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  Duration remainingUpTo(Duration most) {
    Duration remaining = remaining();
    return remaining.compareTo(most) < 0 ? remaining : most;
  }
}
