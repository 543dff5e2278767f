package dev.postern.sidecar.hooks;

import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until a test moves it. */
public final class HandTime implements TimeSource {
  private static final long LOOK_NANOS = 2_000_000;
  private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void await(Signal signal, long seen, Instant until) throws InterruptedException {
    while (now.isBefore(until) && !signal.awaitNanos(seen, LOOK_NANOS)) {
      // Until one of the two.
    }
  }

  public void advance(Duration by) {
    now = now.plus(by);
  }
}
