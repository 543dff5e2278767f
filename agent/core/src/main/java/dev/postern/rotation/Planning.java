package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.serving.SecretServing;
import dev.postern.serving.ServingState.Holding;
import dev.postern.store.SecretHead;
import dev.postern.store.StoreException;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** Whether a request can be granted, and what it sets out to do. Starts nothing. */
final class Planning {
  private final Map<SecretName, RotationTarget> targets;
  private final SecretServing serving;
  private final TimeSource time;

  Planning(Map<SecretName, RotationTarget> targets, SecretServing serving, TimeSource time) {
    this.targets = targets;
    this.serving = serving;
    this.time = time;
  }

  /**
   * @throws RotationRefused when it cannot be rotated
   */
  RotationTarget rotatable(SecretName name) {
    if (serving.definition(name).isEmpty()) {
      throw new RotationRefused(
          Reason.UNKNOWN_SECRET,
          "no secret is called " + name + ": `postern list` shows the names");
    }
    RotationTarget target = targets.get(name);
    if (target == null) {
      throw new RotationRefused(
          Reason.NOT_ROTATABLE,
          "this agent cannot rotate "
              + name
              + ": its kind is not rotated by this version, or the config gives it no issuer");
    }
    if (!target.secret().store().capabilities().writable()) {
      throw new RotationRefused(
          Reason.STORE_READ_ONLY,
          "the store "
              + target.secret().store().name()
              + " is read-only, so a successor of "
              + name
              + " cannot be kept: move the secret to a writable store");
    }
    return target;
  }

  /**
   * What a rotation is to replace: what the store holds now. A leak is no time to wait for a store
   * that is away for a moment: then it is what is served, and the rotation waits for the store. It
   * ends unstarted, and says so, if the store turns out to hold something else.
   *
   * @throws RotationRefused when the store does not answer
   */
  SecretHead head(RotationRequest request, RotationTarget target) {
    try {
      return head(target);
    } catch (StoreException.Unavailable | StoreException.Throttled away) {
      return Optional.of(serving.state(request.secret()))
          .filter(state -> request.cause() == Cause.COMPROMISED)
          .filter(Holding.class::isInstance)
          .map(state -> ((Holding) state).served().version())
          .map(served -> new SecretHead(served, Optional.empty()))
          .orElseThrow(() -> new RotationRefused(Reason.STORE_UNREACHABLE, away.getMessage()));
    } catch (StoreException e) {
      throw new RotationRefused(Reason.STORE_UNREACHABLE, e.getMessage());
    }
  }

  private static SecretHead head(RotationTarget target) {
    return target.secret().store().head(target.secret().path());
  }

  RotationPlan plan(RotationRequest request, RotationTarget target, SecretHead head) {
    Instant now = now();
    return new RotationPlan(
        RotationId.random(),
        request.secret(),
        target.scope(),
        request.cause(),
        request.reason(),
        request.requestedBy(),
        target.order(request.order()),
        target.policy().withoutSuccessor(),
        now,
        now.plus(request.deadline().orElse(target.policy().deadline())),
        target.policy().grace(),
        target.policy().watch(),
        head.current(),
        request.batch());
  }

  /** By when a running rotation shall revoke, if this request joins it. */
  Instant joinedDeadline(RotationRequest request, RotationTarget target, RotationState running) {
    Duration allowed = request.deadline().orElse(target.policy().deadline());
    // Only a leak, or an explicit wish, makes a running rotation more urgent.
    boolean urgent = request.cause() == Cause.COMPROMISED || request.deadline().isPresent();
    boolean anew = running instanceof RotationState.RollingBack;
    return urgent || anew ? now().plus(allowed) : running.plan().deadlineAt();
  }

  /**
   * Whether joining changes anything. A store's flag is seen again at every look, and a batch may
   * be asked for again: neither fills the journal.
   */
  static boolean isNews(
      RotationRequest request, Chronicle running, Instant deadline, String storeFlag) {
    RotationPlan plan = running.state().plan();
    boolean repeats =
        request.requestedBy().equals(storeFlag)
            || request.batch().filter(running::belongsTo).isPresent();
    boolean goesBack = running.state() instanceof RotationState.RollingBack back && !back.again();
    return goesBack
        || !repeats
        || !plan.joinedBy(request.cause(), deadline, plan.flaggedAt()).equals(plan);
  }

  Optional<RotationTarget> target(SecretName name) {
    return Optional.ofNullable(targets.get(name));
  }

  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
