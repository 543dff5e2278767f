package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackedEventsTest {
  private static final Instant AT = Instant.parse("2026-11-21T10:00:00.123Z");

  @Test
  void eventsComeBackInTheirOrder() {
    RotationId id = RotationId.random();
    List<RotationEvent> events =
        List.of(
            new RotationEvent(id, AT, Fact.PLANNED, Map.of(Detail.REASON, "in\na\\paste ✉")),
            new RotationEvent(id, AT.plusMillis(1), Fact.BEGUN, Map.of(Detail.STEP, "issue")),
            new RotationEvent(id, AT.plusMillis(2), Fact.WATCHED, Map.of()));
    assertThat(PackedEvents.of(events).unpack()).isEqualTo(events);
  }

  @Test
  void noEventsAreNoEvents() {
    assertThat(PackedEvents.of(List.of()).unpack()).isEmpty();
  }
}
