package dev.postern.journal;

import dev.postern.RotationId;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Instant;
import java.util.Map;

/** Events for tests of the journal. */
final class Events {
  private static final RotationId ROTATION =
      RotationId.parse("0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11");
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

  private Events() {}

  static RotationEvent event(int number) {
    return new RotationEvent(
        ROTATION,
        START.plusSeconds(number),
        Fact.BEGUN,
        Map.of(Detail.STEP, "issue", Detail.MESSAGE, "record " + number));
  }

  static RotationEvent with(Map<Detail, String> details) {
    return new RotationEvent(ROTATION, START, Fact.DONE, details);
  }
}
