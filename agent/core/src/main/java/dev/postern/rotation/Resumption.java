package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.Holdings;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.journal.RotationJournal;
import dev.postern.serving.SecretServing;
import dev.postern.time.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes of a journal's events the rotations they tell of, and their marks on what is served. */
final class Resumption {
  private static final Logger log = LoggerFactory.getLogger(Resumption.class);

  private final Map<SecretName, RotationTarget> targets;
  private final SecretServing serving;
  private final Holdings consumers;

  Resumption(Map<SecretName, RotationTarget> targets, SecretServing serving, Holdings consumers) {
    this.targets = targets;
    this.serving = serving;
    this.consumers = consumers;
  }

  /** All rotations of the journal, in the order they were planned, with their marks set. */
  List<Chronicle> takeUp(RotationJournal journal, Failpoints failpoints, TimeSource time) {
    Map<RotationId, List<RotationEvent>> byRotation = new LinkedHashMap<>();
    for (RotationEvent event : journal.recovered()) {
      byRotation.computeIfAbsent(event.rotation(), id -> new ArrayList<>()).add(event);
    }
    List<Chronicle> chronicles = new ArrayList<>();
    for (List<RotationEvent> events : byRotation.values()) {
      Chronicle chronicle = Chronicle.resume(events, journal, failpoints, time);
      markCompromised(chronicle.state());
      chronicles.add(chronicle);
    }
    return chronicles;
  }

  /** A version that leaked is served marked, and not at all once its successor is promoted. */
  void markCompromised(RotationState state) {
    RotationPlan plan = state.plan();
    if (!plan.compromised() || serving.definition(plan.secret()).isEmpty()) {
      return;
    }
    serving.taint(plan.secret(), plan.oldVersion());
    if (state.facts().newVersion().isPresent()) {
      serving.withdraw(plan.secret(), plan.oldVersion());
    }
  }

  /** With what an unfinished rotation goes on; empty when the config no longer has it. */
  Optional<RotationTarget> target(Chronicle chronicle) {
    RotationPlan plan = chronicle.state().plan();
    Optional<RotationTarget> target = Optional.ofNullable(targets.get(plan.secret()));
    if (target.isEmpty()) {
      log.atError()
          .addKeyValue("secret", plan.secret())
          .addKeyValue("rotation", plan.id())
          .log("the config no longer has the secret of an unfinished rotation; put it back");
      return target;
    }
    restoreHolders(chronicle);
    log.atInfo()
        .addKeyValue("secret", plan.secret())
        .addKeyValue("rotation", plan.id())
        .addKeyValue("state", chronicle.state().wireName())
        .log("taking up a rotation that a restart had interrupted");
    return target;
  }

  /** Consumers known before the restart are waited for until they come back or are gone. */
  private void restoreHolders(Chronicle chronicle) {
    RotationPlan plan = chronicle.state().plan();
    Set<String> acknowledged =
        chronicle.receipt().acknowledged().stream()
            .map(Receipt.AckRecord::consumer)
            .collect(Collectors.toSet());
    chronicle
        .last(Step.PROMOTE, event -> event.fact() == Fact.DONE)
        .or(() -> Optional.of(chronicle.events().getFirst()))
        .flatMap(event -> event.detail(Detail.HOLDERS))
        .map(Holders::read)
        .orElse(List.of())
        .stream()
        .filter((Consumer consumer) -> !acknowledged.contains(consumer.describe()))
        .forEach(consumer -> consumers.restore(plan.secret(), plan.oldVersion(), consumer));
  }
}
