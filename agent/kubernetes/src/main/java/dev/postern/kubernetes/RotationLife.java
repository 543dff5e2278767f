package dev.postern.kubernetes;

import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.util.List;

/**
 * What the journal must know of a rotation to forget it: whether anything may still follow. In
 * doubt it goes on.
 */
final class RotationLife {
  private static final String FINISH = "finish";
  private static final String ROLL_BACK = "roll-back";
  private static final String PROPAGATE = "propagate";
  private static final String COMPROMISED = "compromised";

  private RotationLife() {}

  /** Whether it has ended and nobody watches the account's use after it any more. */
  static boolean isOver(List<RotationEvent> events) {
    return ended(events) && (!watched(events) || has(events, Fact.WATCHED));
  }

  /** Done, rolled back, or given up after propagation, from where nothing leads back. */
  static boolean ended(List<RotationEvent> events) {
    boolean ended = false;
    boolean propagated = false;
    boolean goingBack = false;
    boolean again = false;
    for (RotationEvent event : events) {
      switch (event.fact()) {
        case DONE -> {
          propagated |= isStep(event, PROPAGATE);
          boolean back = isStep(event, ROLL_BACK);
          ended = isStep(event, FINISH) || (back && !again);
          goingBack &= !back;
          again &= !back;
        }
        case TURNED -> {
          ended = propagated;
          goingBack |= !propagated;
        }
        // Asked for again while it goes back: it begins anew after that.
        case JOINED -> again |= goingBack;
        case PLANNED, BEGUN, FAILED -> ended = false;
        case ACKNOWLEDGED, PROBED, CANCELLED, BASELINE, OBSERVED, WATCHED, MARKED -> {}
      }
    }
    return ended;
  }

  private static boolean watched(List<RotationEvent> events) {
    boolean leak =
        events.stream()
            .anyMatch(event -> event.detail(Detail.CAUSE).filter(COMPROMISED::equals).isPresent());
    return leak && events.getFirst().detail(Detail.WATCH_MILLIS).isPresent();
  }

  private static boolean has(List<RotationEvent> events, Fact fact) {
    return events.stream().anyMatch(event -> event.fact() == fact);
  }

  private static boolean isStep(RotationEvent event, String step) {
    return event.detail(Detail.STEP).filter(step::equals).isPresent();
  }
}
