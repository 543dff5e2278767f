package dev.postern.rotation;

import dev.postern.Version;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.rotation.RotationState.BeforePromotion;
import dev.postern.rotation.RotationState.Issued;
import dev.postern.rotation.RotationState.Planned;
import dev.postern.rotation.RotationState.Promoted;
import dev.postern.rotation.RotationState.Propagated;
import dev.postern.rotation.RotationState.Proven;
import dev.postern.rotation.RotationState.Revoked;
import dev.postern.rotation.RotationState.RollingBack;
import dev.postern.rotation.RotationState.Staged;
import dev.postern.rotation.RotationState.Tested;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/**
 * The one way in which events move a rotation's state, while it runs and after a restart: memory is
 * always what the journal says.
 */
final class Replay {
  /** The value of {@code OUTCOME} on an attempt that lost the successor's only copy. */
  static final String VALUE_LOST = "value-lost";

  private Replay() {}

  static RotationState first(RotationEvent planned) {
    return new Planned(Facts.of(RotationPlan.of(planned)));
  }

  static RotationState all(List<RotationEvent> events) {
    RotationState state = first(events.getFirst());
    for (RotationEvent event : events.subList(1, events.size())) {
      state = next(state, event);
    }
    return state;
  }

  /**
   * @throws JournalException.Corrupt when the event cannot follow
   */
  static RotationState next(RotationState state, RotationEvent event) {
    try {
      return switch (event.fact()) {
        case PLANNED -> throw new IllegalStateException("planned twice");
        case BEGUN -> begun(state, event);
        case DONE -> done(state, event);
        case FAILED -> failed(state, event);
        case JOINED -> joined(state, event);
        case TURNED -> turned(state, event);
        case ACKNOWLEDGED, PROBED, CANCELLED, BASELINE, OBSERVED, WATCHED, MARKED -> state;
      };
    } catch (IllegalStateException
        | IllegalArgumentException
        | ClassCastException
        | DateTimeException e) {
      throw new JournalException.Corrupt(
          "the journal's records of rotation "
              + event.rotation()
              + " contradict each other at "
              + event.at()
              + ": restore the journal from a backup");
    }
  }

  private static RotationState begun(RotationState state, RotationEvent event) {
    Facts facts = state.facts();
    Facts identified =
        event.detail(Detail.OLD_CREDENTIAL).map(facts::withOldCredential).orElse(facts);
    String step = event.require(Detail.STEP);
    if (step.equals(Step.ACTIVATE.wireName())) {
      return state.with(identified.withActivationBegun());
    }
    if (step.equals(Step.PROMOTE.wireName())) {
      return ((Tested) state).promotionBegun();
    }
    return state.with(
        step.equals(Step.REVOKE.wireName()) ? identified.withRevocationBegun() : identified);
  }

  private static RotationState failed(RotationState state, RotationEvent event) {
    boolean lost = event.detail(Detail.OUTCOME).filter(VALUE_LOST::equals).isPresent();
    return lost ? ((BeforePromotion) state).valueLost() : state;
  }

  private static RotationState joined(RotationState state, RotationEvent event) {
    Cause cause =
        Cause.ofWireName(event.require(Detail.CAUSE)).orElseThrow(IllegalArgumentException::new);
    Instant deadline = Instant.parse(event.require(Detail.DEADLINE_AT));
    RotationPlan plan = state.plan();
    return state instanceof RollingBack back
        ? back.thenAgain(plan.begunAnewBy(cause, deadline, event.at()))
        : state.with(state.facts().withPlan(plan.joinedBy(cause, deadline, event.at())));
  }

  private static RotationState turned(RotationState state, RotationEvent event) {
    String why = event.require(Detail.MESSAGE);
    boolean needsOperator = event.require(Detail.OUTCOME).equals(Receipt.NEEDS_OPERATOR);
    return switch (state) {
      case Revoked revoked when revoked.successorInUse() -> revoked.needsOperator(why);
      case BeforePromotion before -> before.rollBack(why, needsOperator);
      case Propagated propagated -> propagated.needsOperator(why);
      case RollingBack rollingBack -> rollingBack.because(why);
      default -> throw new IllegalStateException("no way back from " + state.wireName());
    };
  }

  private static RotationState done(RotationState state, RotationEvent event) {
    Step step =
        Step.ofWireName(event.require(Detail.STEP)).orElseThrow(IllegalArgumentException::new);
    return switch (step) {
      case ISSUE -> issued(state, event.require(Detail.CREDENTIAL));
      case STAGE -> ((Issued) state).staged();
      case ACTIVATE -> ((Staged) state).activated();
      case TEST -> ((Staged) state).tested();
      case PROMOTE -> promoted(state, new Version(event.require(Detail.VERSION)));
      case PROPAGATE -> ((Promoted) state).propagated();
      case REVOKE -> revoked(state);
      case PROVE ->
          state instanceof Revoked revoked ? revoked.proven() : ((Propagated) state).proven();
      case FINISH -> ((Proven) state).done();
      case ROLL_BACK -> ((RollingBack) state).rolledBack();
    };
  }

  private static RotationState issued(RotationState state, String credential) {
    return state instanceof Planned planned
        ? planned.issued(credential)
        : ((Revoked) state).issued(credential);
  }

  /** Also one that arrived when the rotation had turned back already. */
  private static RotationState promoted(RotationState state, Version version) {
    return state instanceof RollingBack back
        ? back.promoted(version)
        : ((Tested) state).promoted(version);
  }

  private static RotationState revoked(RotationState state) {
    return switch (state) {
      case Planned planned -> planned.revoked();
      case Propagated propagated -> propagated.revoked();
      case RollingBack rollingBack -> rollingBack.with(rollingBack.facts().withOldRevoked());
      default -> throw new IllegalStateException("revoked in " + state.wireName());
    };
  }
}
