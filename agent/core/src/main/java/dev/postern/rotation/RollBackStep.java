package dev.postern.rotation;

import dev.postern.issuer.LiveCredential;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.rotation.RotationState.RollingBack;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Removes what a rotation made before promotion, so that nothing of it stays alive or pending. */
final class RollBackStep {
  private final Run run;
  private final SuccessorSteps successor;

  RollBackStep(Run run, SuccessorSteps successor) {
    this.run = run;
    this.successor = successor;
  }

  Progress rollBack(RollingBack state) {
    if (!run.chronicle.hasBegun(Step.ROLL_BACK)) {
      run.chronicle.begun(Step.ROLL_BACK, Map.of());
    }
    if (state.facts().inPlace() && state.facts().committed()) {
      // What is pending may be the only copy of the password that is in force.
      run.chronicle.done(
          Step.ROLL_BACK,
          Map.of(Detail.MESSAGE, "nothing leads back; the pending version stays in the store"));
      return Progress.MOVED;
    }
    if (run.outside.capabilities().staging()) {
      // First, because from here on a promotion that is still on its way finds nothing to promote.
      run.outside.dropPending(run.plan().id());
    }
    if (run.chronicle.hasBegun(Step.PROMOTE)) {
      Optional<Progress> arrived = successor.promotedBefore().map(successor::promoted);
      if (arrived.isPresent()) {
        return arrived.get();
      }
    }
    Set<String> made = new HashSet<>();
    if (isAtProvider(state)) {
      state.facts().newCredential().ifPresent(made::add);
    }
    if (SuccessorSteps.mayHaveMade(run)) {
      run.madeByThisRotation(run.outside.live()).stream()
          .map(LiveCredential::id)
          .forEach(made::add);
    }
    made.forEach(run.outside::revokeSuccessor);
    revokeWithoutSuccessor(state);
    run.chronicle.done(
        Step.ROLL_BACK,
        Map.of(Detail.MESSAGE, made.size() + " credentials removed, nothing is pending"));
    return Progress.MOVED;
  }

  /** Whether the provider knows of the successor: a chosen value it learns when it is set. */
  private boolean isAtProvider(RollingBack state) {
    return switch (state.plan().succession()) {
      case BESIDE -> true;
      case CHOSEN -> run.chronicle.hasBegun(Step.ACTIVATE);
      case REGENERATED, NONE -> false;
    };
  }

  /** The owner would rather not send than be impersonated. */
  private void revokeWithoutSuccessor(RollingBack state) {
    boolean wanted =
        state.needsOperator()
            && state.plan().compromised()
            && state.plan().withoutSuccessor() == WithoutSuccessor.REVOKE
            && !state.facts().oldRevoked();
    if (wanted && state.facts().oldCredential().isPresent()) {
      String id = state.facts().oldCredential().get();
      if (!run.chronicle.hasBegun(Step.REVOKE)) {
        run.chronicle.begun(Step.REVOKE, Map.of());
      }
      run.outside.revokePredecessor(id);
      run.chronicle.done(
          Step.REVOKE,
          Map.of(Detail.MESSAGE, "revoked " + id + " without a successor, as configured"));
    }
  }
}
