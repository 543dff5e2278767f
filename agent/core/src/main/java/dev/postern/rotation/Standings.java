package dev.postern.rotation;

import dev.postern.SecretName;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads standings out of the states of rotations; what has ended is not unpacked for it. */
final class Standings {
  private static final Comparator<Chronicle> BY_FLAG =
      Comparator.comparing(one -> one.state().plan().flaggedAt());

  private Standings() {}

  static List<RotationStanding> of(Collection<Chronicle> all) {
    Map<SecretName, List<Chronicle>> bySecret =
        all.stream().collect(Collectors.groupingBy(one -> one.state().plan().secret()));
    return bySecret.entrySet().stream()
        .map(entry -> standing(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static RotationStanding standing(SecretName secret, List<Chronicle> rotations) {
    List<Chronicle> ordered = rotations.stream().sorted(BY_FLAG).toList();
    return new RotationStanding(
        secret,
        ordered.stream().flatMap(one -> dueAt(one).stream()).findFirst(),
        unproven(ordered),
        ordered.getLast().state() instanceof RotationState.NeedsOperator);
  }

  private static Optional<Instant> dueAt(Chronicle one) {
    RotationState state = one.state();
    if (state instanceof RotationState.Ended) {
      return Optional.empty();
    }
    RotationPlan plan = state.plan();
    return Optional.of(
        plan.compromised()
            ? plan.deadlineAt()
            : one.last(Step.PROMOTE, event -> event.fact() == Fact.DONE)
                .map(RotationEvent::at)
                .map(promoted -> promoted.plus(plan.grace()))
                .orElse(plan.deadlineAt()));
  }

  /** A later rotation that came to its end is a person's answer to an earlier one that did not. */
  private static Optional<Instant> unproven(List<Chronicle> ordered) {
    return ordered.reversed().stream()
        .map(Chronicle::state)
        .takeWhile(state -> !(state instanceof RotationState.Done))
        .filter(Standings::leaksOn)
        .map(state -> state.plan().deadlineAt())
        .min(Comparator.naturalOrder());
  }

  private static boolean leaksOn(RotationState state) {
    return state.plan().compromised()
        && switch (state) {
          case RotationState.Proven proven -> false;
          case RotationState.Done done -> false;
          // A leak goes back for good only when a person cancels it.
          case RotationState.RolledBack cancelled -> false;
          case RotationState unproven -> true;
        };
  }
}
