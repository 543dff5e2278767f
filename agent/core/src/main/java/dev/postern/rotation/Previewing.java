package dev.postern.rotation;

import dev.postern.SecretFields;
import dev.postern.consumer.Holding;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at store and provider, changes nothing, and tells what a rotation would do. */
final class Previewing {
  private static final List<Step> OVERLAP =
      List.of(
          Step.ISSUE,
          Step.STAGE,
          Step.TEST,
          Step.PROMOTE,
          Step.PROPAGATE,
          Step.REVOKE,
          Step.PROVE,
          Step.FINISH);
  private static final List<Step> REVOKE_FIRST =
      List.of(
          Step.REVOKE,
          Step.ISSUE,
          Step.STAGE,
          Step.TEST,
          Step.PROMOTE,
          Step.PROPAGATE,
          Step.PROVE,
          Step.FINISH);

  private Previewing() {}

  static RotationPreview preview(RotationPlan plan, RotationTarget target, List<Holding> holders) {
    List<String> warnings = new ArrayList<>();
    Optional<String> stored = storedId(target, warnings);
    List<LiveCredential> live = live(plan, target, warnings);
    Optional<String> old =
        stored.or(() -> live.size() == 1 ? Optional.of(live.getFirst().id()) : Optional.empty());
    if (old.isEmpty()) {
      warnings.add(
          "the store has no api_key_id and "
              + live.size()
              + " live credentials fit: the rotation would stop before revoking and ask for a"
              + " person");
    } else if (stored.isPresent()
        && live.stream().noneMatch(one -> stored.get().equals(one.id()))) {
      warnings.add("the provider does not list the old credential " + stored.get());
    }
    return new RotationPreview(
        plan.secret(),
        plan.oldVersion(),
        old,
        old.isPresent() ? List.of() : live.stream().map(LiveCredential::id).toList(),
        plan.order() == Order.OVERLAP ? OVERLAP : REVOKE_FIRST,
        Duration.between(plan.flaggedAt(), plan.deadlineAt()),
        holders,
        warnings);
  }

  private static Optional<String> storedId(RotationTarget target, List<String> warnings) {
    try (StoredSecret current = target.secret().store().readCurrent(target.secret().path())) {
      SecretFields fields = current.fields();
      return fields
          .field(OldCredential.ID_FIELD)
          .map(id -> id.exposeUtf8().strip())
          .filter(id -> !id.isEmpty());
    } catch (StoreException e) {
      warnings.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static List<LiveCredential> live(
      RotationPlan plan, RotationTarget target, List<String> warnings) {
    try {
      return target.issuer().live(plan.scope());
    } catch (IssuerException e) {
      warnings.add(e.getMessage());
      return List.of();
    }
  }
}
