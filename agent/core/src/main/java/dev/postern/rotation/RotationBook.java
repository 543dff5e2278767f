package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
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
    if (!state.canGoBack()) {
      throw tooLate(state);
    }
    return state;
  }

  /**
   * Once the store may have been asked to promote, nobody can say whether it will: a cancel that
   * was granted then could not be kept.
   */
  static RotationRefused tooLate(RotationState state) {
    boolean promoting = state instanceof RotationState.Tested tested && tested.promoting();
    return new RotationRefused(
        Reason.TOO_LATE,
        "rotation "
            + state.plan().id()
            + " is "
            + (promoting ? "being promoted" : state.wireName())
            + ": it can be cancelled only before promotion, and before the old credential is"
            + " touched");
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

  /**
   * Whether this very mark of the store was rotated for before, or is being rotated for. Where a
   * rotation has seen the last of it, the same words are a new mark: people write "yes" each time.
   */
  boolean knowsLeak(SecretName secret, Version version, String requestedBy, String mark) {
    return all.values().stream()
        .filter(chronicle -> chronicle.state().plan().secret().equals(secret))
        .filter(chronicle -> chronicle.state().plan().compromised())
        .anyMatch(
            chronicle -> {
              RotationPlan plan = chronicle.state().plan();
              boolean began = plan.requestedBy().equals(requestedBy) && plan.reason().equals(mark);
              return isMarkOf(plan, version, mark) || (began && mayStand(chronicle, version));
            });
  }

  /** Whether the mark that began a rotation may stand since then, as seen on this version. */
  private static boolean mayStand(Chronicle chronicle, Version version) {
    RotationPlan plan = chronicle.state().plan();
    return plan.oldVersion().equals(version)
        || !(chronicle.state() instanceof RotationState.Done)
        || chronicle
            .last(Step.FINISH, event -> event.fact() == Fact.DONE)
            .flatMap(event -> event.detail(Detail.STANDING_MARK))
            .equals(Optional.of(plan.reason()));
  }
}
