package dev.postern.rotation;

import dev.postern.SecretKind.Succession;
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
  private Previewing() {}

  static RotationPreview preview(RotationPlan plan, RotationTarget target, List<Holding> holders) {
    List<String> warnings = new ArrayList<>();
    Optional<String> stored = storedId(target, warnings);
    List<LiveCredential> live = live(plan, target, warnings);
    Optional<String> old =
        stored.or(() -> live.size() == 1 ? Optional.of(live.getFirst().id()) : Optional.empty());
    if (old.isEmpty()) {
      warnings.add(
          "the store does not name the old credential and "
              + live.size()
              + " live ones fit: the rotation would stop before revoking and ask for a person");
    } else if (plan.succession() != Succession.REGENERATED
        && stored.isPresent()
        && live.stream().noneMatch(one -> stored.get().equals(one.id()))) {
      warnings.add("the provider does not list the old credential " + stored.get());
    }
    if (plan.succession() == Succession.CHOSEN && plan.scope().logins().isEmpty()) {
      warnings.add(
          "the password is replaced in place: sends fail from that moment until consumers have the"
              + " new one; name two logins to avoid it");
    }
    return new RotationPreview(
        plan.secret(),
        plan.oldVersion(),
        old,
        old.isPresent() ? List.of() : live.stream().map(LiveCredential::id).toList(),
        steps(plan),
        Duration.between(plan.flaggedAt(), plan.deadlineAt()),
        holders,
        warnings);
  }

  private static List<Step> steps(RotationPlan plan) {
    List<Step> steps = new ArrayList<>(List.of(Step.ISSUE, Step.STAGE));
    if (plan.succession() == Succession.CHOSEN) {
      steps.add(Step.ACTIVATE);
    }
    steps.addAll(List.of(Step.TEST, Step.PROMOTE, Step.PROPAGATE));
    boolean inPlace = plan.succession() == Succession.CHOSEN && plan.scope().logins().isEmpty();
    if (plan.order() == Order.REVOKE_FIRST) {
      steps.addFirst(Step.REVOKE);
    } else if (!inPlace) {
      steps.add(Step.REVOKE);
    }
    steps.addAll(List.of(Step.PROVE, Step.FINISH));
    return steps;
  }

  private static Optional<String> storedId(RotationTarget target, List<String> warnings) {
    try (StoredSecret current = target.secret().store().readCurrent(target.secret().path())) {
      return target.issuer().idOf(target.scope(), current.fields());
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
