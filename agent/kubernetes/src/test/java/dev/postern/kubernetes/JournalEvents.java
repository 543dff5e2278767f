package dev.postern.kubernetes;

import dev.postern.RotationId;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Events as the engine writes them, in their order and with what the fleet reads out of them. */
final class JournalEvents {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

  private JournalEvents() {}

  static RotationId rotation(int number) {
    return new RotationId(new UUID(0x1000, number));
  }

  static RotationEvent planned(RotationId rotation, String cause, String oldVersion) {
    return event(
        rotation,
        Fact.PLANNED,
        Map.of(Detail.CAUSE, cause, Detail.OLD_VERSION, oldVersion, Detail.REASON, "because"));
  }

  static RotationEvent begun(RotationId rotation, String step) {
    return event(rotation, Fact.BEGUN, Map.of(Detail.STEP, step));
  }

  static RotationEvent done(RotationId rotation, String step) {
    return event(rotation, Fact.DONE, Map.of(Detail.STEP, step));
  }

  static RotationEvent promoted(RotationId rotation, String version) {
    return event(rotation, Fact.DONE, Map.of(Detail.STEP, "promote", Detail.VERSION, version));
  }

  static RotationEvent event(RotationId rotation, Fact fact, Map<Detail, String> details) {
    return new RotationEvent(rotation, START, fact, new EnumMap<>(details));
  }

  /** A rotation from its plan to its end, with so many letters of text in it. */
  static List<RotationEvent> whole(int number, int letters) {
    RotationId id = rotation(number);
    return List.of(
        planned(id, "scheduled", Integer.toString(number)),
        event(id, Fact.BEGUN, Map.of(Detail.STEP, "issue", Detail.MESSAGE, "x".repeat(letters))),
        promoted(id, Integer.toString(number + 1)),
        done(id, "propagate"),
        done(id, "revoke"),
        done(id, "prove"),
        done(id, "finish"));
  }
}
