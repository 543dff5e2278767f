package dev.postern.store.conjur;

import java.time.Duration;

/** When a call of the port must have ended. */
final class Deadline {
  private final long end;
  private final Duration whole;

  private Deadline(long end, Duration whole) {
    this.end = end;
    this.whole = whole;
  }

  static Deadline in(Duration whole) {
    return new Deadline(System.nanoTime() + whole.toNanos(), whole);
  }

  /** Ends when half of what is left of this one is over. */
  Deadline half() {
    long left = leftNanos();
    return new Deadline(System.nanoTime() + left / 2, whole);
  }

  /** Never less than a nanosecond, as clients take zero for no limit. */
  long leftNanos() {
    return Math.max(1, end - System.nanoTime());
  }

  boolean leaves(Duration time) {
    return leftNanos() > time.toNanos();
  }

  /** As configured: what a message tells. */
  String text() {
    return whole.toMillis() % 1000 == 0 ? whole.toSeconds() + " s" : whole.toMillis() + " ms";
  }
}
