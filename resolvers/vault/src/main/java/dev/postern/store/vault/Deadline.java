package dev.postern.store.vault;

import java.time.Duration;

/** When a call of the port has to be over, by elapsed time. */
final class Deadline {
  private final Duration whole;
  private final long end;

  private Deadline(Duration whole) {
    this.whole = whole;
    this.end = System.nanoTime() + whole.toNanos();
  }

  static Deadline in(Duration whole) {
    return new Deadline(whole);
  }

  /** Never negative. */
  long remainingNanos() {
    return Math.max(0, end - System.nanoTime());
  }

  /** For messages. */
  String text() {
    return whole.toMillis() % 1000 == 0 ? whole.toSeconds() + "s" : whole.toMillis() + "ms";
  }
}
