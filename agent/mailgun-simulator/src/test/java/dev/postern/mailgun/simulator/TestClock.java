package dev.postern.mailgun.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until it is moved. */
final class TestClock implements InstantSource {
  private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @Override
  public Instant instant() {
    return now;
  }

  void advance(Duration duration) {
    now = now.plus(duration);
  }
}
