package dev.postern.rotation;

import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until a test moves it. */
public final class ManualTime implements TimeSource {
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @Override
  public Instant instant() {
    return now;
  }

  public void advance(Duration duration) {
    now = now.plus(duration);
  }

  void advanceTo(Instant instant) {
    if (instant.isAfter(now)) {
      now = instant;
    }
  }

  @Override
  public void await(Signal signal, long seen, Instant until) {
    throw new IllegalStateException("nothing in these tests waits");
  }
}
