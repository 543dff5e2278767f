package dev.postern.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The wall clock and waiting on it, as a port. Thread-safe. */
public interface TimeSource extends InstantSource {

  /** The machine's clock. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /**
   * Returns when the signal was raised more often than {@code seen}, or when the time has come; may
   * return early, so callers look again. Waiting is by elapsed time: a clock that is set back does
   * not prolong it.
   */
  void await(Signal signal, long seen, Instant until) throws InterruptedException;

  /** Waits for a while, unless interrupted. */
  default void sleep(Duration duration) throws InterruptedException {
    Signal never = new Signal();
    Instant until = instant().plus(duration);
    while (instant().isBefore(until)) {
      await(never, 0, until);
    }
  }
}
