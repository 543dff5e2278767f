package dev.postern.rotation;

import dev.postern.issuer.IssuerException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.rotation.RotationState.BeforePromotion;
import dev.postern.rotation.RotationState.Ended;
import dev.postern.rotation.RotationState.Issued;
import dev.postern.rotation.RotationState.Planned;
import dev.postern.rotation.RotationState.Promoted;
import dev.postern.rotation.RotationState.Propagated;
import dev.postern.rotation.RotationState.Proven;
import dev.postern.rotation.RotationState.Revoked;
import dev.postern.rotation.RotationState.RollingBack;
import dev.postern.rotation.RotationState.Staged;
import dev.postern.rotation.RotationState.Tested;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One rotation, one look at a time: reads the state, does the one step that follows from it,
 * records the outcome. Never waits itself, so a test can drive it through any interleaving.
 */
final class Cycle {
  /** How long after the deadline revoking and proving go on before a person is called. */
  static final Duration PATIENCE = Duration.ofMinutes(15);

  /** The value of {@code OUTCOME} on an attempt to issue that for certain made nothing. */
  private static final String NOTHING_MADE = "nothing-made";

  private final Run run;
  private final Turning turning;
  private final LeakFlag flag;
  private final SuccessorSteps successor;
  private final PropagateStep propagation;
  private final RevocationSteps revocation;
  private final RollBackStep rollBack;

  Cycle(Run run) {
    this.run = run;
    this.turning = new Turning(run);
    this.flag = new LeakFlag(run);
    this.successor = new SuccessorSteps(run, turning, flag);
    this.propagation = new PropagateStep(run);
    this.revocation = new RevocationSteps(run, turning);
    this.rollBack = new RollBackStep(run, successor);
  }

  /**
   * Does what follows next.
   *
   * @throws dev.postern.journal.JournalException when nothing may be done because it could not be
   *     recorded; the same call later goes on
   */
  Progress advance() {
    RotationState state = run.chronicle.state();
    if (state instanceof Ended) {
      return new Progress.Ended();
    }
    Step step = next(state);
    try {
      Optional<Progress> turned = turn(state, step);
      if (turned.isPresent()) {
        return turned.get();
      }
      Optional<Instant> pause = run.pause.endsAfter(run.time.instant());
      if (pause.isPresent() && step.asksIssuer()) {
        run.couldActFrom(pause.get());
        return new Progress.Waiting(pause.get());
      }
      if (prepared(state)) {
        flag.setIfLeakWasLearntLater();
      }
      Progress progress = act(state, step);
      if (progress instanceof Progress.Moved) {
        turning.succeeded();
      }
      return progress;
    } catch (Chronicle.CancelledMeanwhile goesBack) {
      return Progress.MOVED;
    } catch (StoreException e) {
      return turning.retry(step, Obstacle.of(e), e.getMessage(), e.retryAfter(), Map.of());
    } catch (IssuerException e) {
      if (e instanceof IssuerException.Throttled) {
        run.pause.asked(run.time.instant(), e.retryAfter());
      }
      return turning.retry(
          step, Obstacle.of(e), e.getMessage(), e.retryAfter(), issueOutcome(step, e));
    }
  }

  private static Step next(RotationState state) {
    return switch (state) {
      case Planned planned -> planned.plan().order() == Order.OVERLAP ? Step.ISSUE : Step.REVOKE;
      case Issued issued -> Step.STAGE;
      case Staged staged -> staged.needsActivation() ? Step.ACTIVATE : Step.TEST;
      case Tested tested -> Step.PROMOTE;
      case Promoted promoted -> Step.PROPAGATE;
      case Propagated propagated -> propagated.facts().oldRevoked() ? Step.PROVE : Step.REVOKE;
      case Revoked revoked -> revoked.successorInUse() ? Step.PROVE : Step.ISSUE;
      case Proven proven -> Step.FINISH;
      case RollingBack rollingBack -> Step.ROLL_BACK;
      case Ended ended -> throw new IllegalStateException("an ended rotation has no next step");
    };
  }

  /** Before, the step itself sets the flag; afterwards it has been cleared, or a person looks. */
  private boolean prepared(RotationState state) {
    return switch (state) {
      case Planned planned -> successor.isPrepared();
      case Proven proven -> false;
      case RollingBack rollingBack -> false;
      case Ended ended -> false;
      case RotationState between -> true;
    };
  }

  private Progress act(RotationState state, Step step) {
    return switch (step) {
      case ISSUE -> successor.issue();
      case STAGE -> successor.stage();
      case ACTIVATE -> successor.activate();
      case TEST -> successor.test();
      case PROMOTE -> successor.promote();
      case PROPAGATE -> propagation.propagate();
      case REVOKE -> {
        Optional<Progress> turned =
            state instanceof Planned ? successor.prepare() : Optional.empty();
        yield turned.orElseGet(revocation::revoke);
      }
      case PROVE -> revocation.prove();
      case FINISH -> revocation.finish();
      case ROLL_BACK -> rollBack.rollBack((RollingBack) state);
    };
  }

  /** Whether the rotation may go on as it is, or time or a person's word has turned it. */
  private Optional<Progress> turn(RotationState state, Step step) {
    Instant now = run.time.instant();
    return switch (state) {
      case Revoked revoked when revoked.successorInUse() -> giveUp(step, now);
      case BeforePromotion before -> turnBeforePromotion(before, step, now);
      case Propagated propagated -> giveUp(step, now);
      case RollingBack rollingBack when !rollingBack.needsOperator() -> giveUp(step, now);
      case RotationState onwards -> Optional.empty();
    };
  }

  private Optional<Progress> giveUp(Step step, Instant now) {
    if (!Turning.isOver(run.patienceEnds(PATIENCE), now)) {
      return Optional.empty();
    }
    return lastProblem(step)
        .map(
            problem ->
                turning.toOperator(
                    "gave up at step " + step.wireName() + ": " + problem, Map.of()));
  }

  private Optional<Progress> turnBeforePromotion(BeforePromotion state, Step step, Instant now) {
    Optional<String> cancelled = run.chronicle.cancelledBy();
    boolean late =
        Turning.isOver(
            state.facts().committed() ? run.patienceEnds(PATIENCE) : run.successorLimit(), now);
    boolean backWished = cancelled.isPresent() && !state.facts().committed();
    if (!backWished && !late) {
      return Optional.empty();
    }
    if (state instanceof Tested && run.chronicle.hasBegun(Step.PROMOTE)) {
      Optional<Progress> gone = successor.promotedBefore().map(successor::promoted);
      if (gone.isPresent()) {
        return gone;
      }
    }
    if (backWished) {
      return Optional.of(turning.back("cancelled by " + cancelled.orElseThrow()));
    }
    String problem = lastProblem(step).orElse("time ran out at step " + step.wireName());
    String why = "no successor by the deadline: " + problem;
    return Optional.of(
        state.plan().compromised() || state.facts().committed()
            ? turning.toOperator(withConsequence(why, state), Map.of())
            : turning.back(why));
  }

  private static String withConsequence(String why, BeforePromotion state) {
    if (state.facts().committed() && state.facts().inPlace()) {
      return why
          + "; the login's password is or may be the one that is pending in the store: flag the"
          + " secret again, and a new one is set";
    }
    boolean willBeRevoked =
        state.plan().withoutSuccessor() == WithoutSuccessor.REVOKE
            && state.plan().compromised()
            && state.facts().oldCredential().isPresent();
    return state.facts().oldRevoked() || willBeRevoked
        ? why + "; the old credential is revoked, so sends fail until a new one is stored"
        : why + "; the compromised credential is STILL ALIVE: revoke it at the provider";
  }

  private Optional<String> lastProblem(Step step) {
    return run.chronicle
        .last(step, event -> event.fact() == Fact.FAILED)
        .flatMap((RotationEvent event) -> event.detail(Detail.MESSAGE));
  }

  /** A failure before the provider was asked says nothing of what an earlier attempt made. */
  private Map<Detail, String> issueOutcome(Step step, IssuerException e) {
    boolean certain =
        successor.askedForOne()
            && !(e instanceof IssuerException.OutcomeUnknown
                || e instanceof IssuerException.Malformed);
    return step == Step.ISSUE && certain ? Map.of(Detail.OUTCOME, NOTHING_MADE) : Map.of();
  }
}
