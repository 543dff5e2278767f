package dev.postern.time;

import java.time.Duration;
import java.time.Instant;

/** The machine's clock. */
final class SystemTime implements TimeSource {
  static final SystemTime INSTANCE = new SystemTime();

  /** The longest single wait: callers look again after it, so a jump of the clock is noticed. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private SystemTime() {}

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public void await(Signal signal, long seen, Instant until) throws InterruptedException {
    Duration wait = Duration.between(instant(), until);
    if (wait.compareTo(LONGEST_WAIT) > 0) {
      wait = LONGEST_WAIT;
    }
    if (wait.isPositive()) {
      signal.awaitNanos(seen, wait.toNanos());
    }
  }
}
