package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.store.CompromiseFlag;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** All rotations that the journal holds, running and ended. Thread-safe. */
final class RotationBook {
  private final Map<RotationId, Chronicle> all = new ConcurrentHashMap<>();

  void enter(Chronicle chronicle) {
    all.put(chronicle.state().plan().id(), chronicle);
  }

  Optional<Chronicle> find(RotationId id) {
    return Optional.ofNullable(all.get(id));
  }

  /**
   * @throws RotationRefused when there is no such rotation, or it can no longer go back
   */
  RotationState cancellable(RotationId id) {
    RotationState state =
        find(id)
            .map(Chronicle::state)
            .orElseThrow(
                () ->
                    new RotationRefused(
                        Reason.UNKNOWN_ROTATION,
                        "no rotation has the id " + id + ": `postern rotations` lists them"));
    if (!(state instanceof RotationState.BeforePromotion) || state.facts().committed()) {
      throw new RotationRefused(
          Reason.TOO_LATE,
          "rotation "
              + id
              + " is "
              + state.wireName()
              + ": it can be cancelled only before promotion, and before the old credential is"
              + " touched");
    }
    return state;
  }

  boolean hasEnded(RotationId id) {
    return find(id).filter(one -> one.state() instanceof RotationState.Ended).isPresent();
  }

  List<Chronicle> unfinished() {
    return all.values().stream()
        .filter(one -> !(one.state() instanceof RotationState.Ended))
        .toList();
  }

  /** As they come: what is entered later is seen too. */
  Collection<Chronicle> all() {
    return all.values();
  }

  /** The latest first. */
  List<Receipt> receipts(Predicate<Chronicle> wanted) {
    return all.values().stream()
        .filter(wanted)
        .map(Chronicle::receipt)
        .sorted(Comparator.comparing(Receipt::flaggedAt).reversed())
        .toList();
  }

  /** What this batch has brought about already: a bulk request may simply be made again. */
  Optional<Receipt> rotatedInBatch(SecretName secret, String batch) {
    return receipts(
            one ->
                one.state().plan().secret().equals(secret)
                    && one.state().facts().newVersion().isPresent()
                    && one.belongsTo(batch))
        .stream()
        .findFirst();
  }

  /** The mark that the rotation itself put there; while it runs, any mark is its concern. */
  private boolean isMarkOf(RotationPlan plan, Version version, String mark) {
    return plan.oldVersion().equals(version)
        && (!hasEnded(plan.id()) || CompromiseFlag.of(version, plan.reason()).mark().equals(mark));
  }

  /** Whether this very mark of the store was rotated for before, or is being rotated for. */
  boolean knowsLeak(SecretName secret, Version version, String requestedBy, String mark) {
    return all.values().stream()
        .map(chronicle -> chronicle.state().plan())
        .filter(plan -> plan.secret().equals(secret) && plan.compromised())
        .anyMatch(
            plan ->
                isMarkOf(plan, version, mark)
                    || (plan.requestedBy().equals(requestedBy) && plan.reason().equals(mark)));
  }
}
