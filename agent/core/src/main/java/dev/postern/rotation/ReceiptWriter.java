package dev.postern.rotation;

import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads a receipt out of a rotation's events. */
final class ReceiptWriter {
  private ReceiptWriter() {}

  static Receipt receipt(List<RotationEvent> all, RotationState state) {
    return receipt(all, state, Optional.empty());
  }

  /**
   * @param lookedAt when the account's use was last looked at, as far as this process knows
   */
  static Receipt receipt(List<RotationEvent> all, RotationState state, Optional<Instant> lookedAt) {
    List<RotationEvent> events = AftermathReader.withoutAftermath(all);
    Facts facts = state.facts();
    RotationPlan plan = facts.plan();
    boolean ended = state instanceof RotationState.Ended;
    List<Receipt.StepRecord> steps = steps(events);
    return new Receipt(
        plan.id(),
        plan.secret(),
        plan.scope().kind(),
        plan.cause(),
        plan.reason(),
        plan.requestedBy(),
        plan.order(),
        plan.flaggedAt(),
        plan.deadlineAt(),
        state.wireName(),
        ended,
        ended ? Optional.of(events.getLast().at()) : Optional.empty(),
        message(events, state),
        obstacle(events, state),
        plan.oldVersion(),
        facts.newVersion(),
        facts.oldCredential(),
        facts.newCredential(),
        facts.oldCredential().isPresent() ? List.of() : lines(events, Detail.CANDIDATES),
        steps,
        acknowledged(events),
        lines(events, Detail.CUT),
        probes(events),
        provenAt(steps).map(at -> Duration.between(plan.flaggedAt(), at)),
        AftermathReader.read(all, state, lookedAt));
  }

  private static Optional<String> message(List<RotationEvent> events, RotationState state) {
    return switch (state) {
      case RotationState.Done done -> Optional.empty();
      case RotationState.Ended end -> Optional.of(end.why());
      case RotationState.RollingBack back -> Optional.of(back.why());
      case RotationState running -> {
        RotationEvent last = events.getLast();
        yield last.fact() == Fact.FAILED ? last.detail(Detail.MESSAGE) : Optional.empty();
      }
    };
  }

  private static Optional<Obstacle> obstacle(List<RotationEvent> events, RotationState state) {
    if (state instanceof RotationState.Done) {
      return Optional.empty();
    }
    Fact wanted = state instanceof RotationState.Ended ? Fact.TURNED : Fact.FAILED;
    return events.reversed().stream()
        .filter(event -> event.fact() == wanted || event.fact() == Fact.DONE)
        .filter(event -> wanted == Fact.FAILED || event.fact() == wanted)
        .findFirst()
        .flatMap(event -> event.detail(Detail.OBSTACLE))
        .flatMap(Obstacle::ofWireName);
  }

  private static List<String> lines(List<RotationEvent> events, Detail name) {
    return events.reversed().stream()
        .flatMap(event -> event.detail(name).stream())
        .findFirst()
        .map(text -> text.isEmpty() ? List.<String>of() : List.of(text.split("\n")))
        .orElse(List.of());
  }

  private static List<Receipt.StepRecord> steps(List<RotationEvent> events) {
    SequencedMap<Step, Receipt.StepRecord> steps = new LinkedHashMap<>();
    for (RotationEvent event : events) {
      event
          .detail(Detail.STEP)
          .flatMap(Step::ofWireName)
          .ifPresent(step -> note(steps, step, event));
    }
    return new ArrayList<>(steps.values());
  }

  private static void note(Map<Step, Receipt.StepRecord> steps, Step step, RotationEvent event) {
    Receipt.StepRecord known =
        steps.getOrDefault(
            step,
            new Receipt.StepRecord(
                step, event.at(), Optional.empty(), 0, Optional.empty(), Optional.empty()));
    boolean done = event.fact() == Fact.DONE;
    steps.put(
        step,
        new Receipt.StepRecord(
            step,
            known.startedAt(),
            done ? Optional.of(event.at()) : known.finishedAt(),
            known.attempts() + (event.fact() == Fact.BEGUN ? 1 : 0),
            event.fact() == Fact.FAILED ? event.detail(Detail.MESSAGE) : known.problem(),
            done ? detailOf(step, event) : known.detail()));
  }

  private static Optional<String> detailOf(Step step, RotationEvent done) {
    return switch (step) {
      case ISSUE -> done.detail(Detail.CREDENTIAL).map(id -> "made credential " + id);
      case PROMOTE -> done.detail(Detail.VERSION).map(id -> "version " + id + " is current");
      case STAGE, ACTIVATE, TEST, PROPAGATE, REVOKE, PROVE, FINISH, ROLL_BACK ->
          done.detail(Detail.MESSAGE);
    };
  }

  private static List<Receipt.AckRecord> acknowledged(List<RotationEvent> events) {
    return events.stream()
        .filter(event -> event.fact() == Fact.ACKNOWLEDGED)
        .map(event -> new Receipt.AckRecord(event.require(Detail.CONSUMER), event.at()))
        .toList();
  }

  private static List<Receipt.ProbeRecord> probes(List<RotationEvent> events) {
    return events.stream()
        .filter(event -> event.fact() == Fact.PROBED)
        .map(
            event ->
                new Receipt.ProbeRecord(
                    event.at(),
                    event.require(Detail.OLD_ANSWER),
                    event.require(Detail.SUCCESSOR_ANSWER)))
        .toList();
  }

  private static Optional<Instant> provenAt(List<Receipt.StepRecord> steps) {
    return steps.stream()
        .filter(step -> step.step() == Step.PROVE)
        .flatMap(step -> step.finishedAt().stream())
        .findFirst();
  }
}
