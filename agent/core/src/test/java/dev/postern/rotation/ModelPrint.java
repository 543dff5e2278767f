package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.Version;
import dev.postern.consumer.Holding;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All of a world that can matter for what comes next, without names and times that only tell when
 * it happened: two worlds with the same print are one state.
 */
final class ModelPrint {
  private final ModelWorld world;
  private final StringBuilder text = new StringBuilder(400);
  private final Map<String, Integer> names = new HashMap<>();

  private ModelPrint(ModelWorld world) {
    this.world = world;
  }

  /**
   * @param left what may still be done from here
   */
  static String of(ModelWorld world, Object left) {
    ModelPrint print = new ModelPrint(world);
    print.store();
    print.rotations();
    print.agent();
    print.provider();
    print.consumers();
    print.text.append('|').append(left);
    return print.text.toString();
  }

  /** The same thing has the same name, and the n-th thing met is called n. */
  private ModelPrint name(Object thing) {
    text.append(names.computeIfAbsent(thing.toString(), it -> names.size())).append(' ');
    return this;
  }

  private ModelPrint name(Optional<?> thing) {
    if (thing.isEmpty()) {
      text.append("- ");
      return this;
    }
    return name(thing.get());
  }

  private void entry(ModelStore.Entry entry) {
    name("v" + entry.version());
    name(Optional.ofNullable(entry.rotation()));
    entry.fields().forEach((field, value) -> name(value));
    text.append(world.provider.mayBeUsed(entry.fields()) ? 'a' : 'd');
  }

  private void store() {
    ModelStore store = world.store;
    entry(store.current);
    if (store.pending != null) {
      entry(store.pending);
    }
    text.append(world.lateStage ? "late" : "").append(world.lateFlag ? "lf" : "").append('f');
    if (store.flag != null) {
      mark(store.flag.mark());
      text.append(store.flag.concerns(store.current.version()) ? "cur" : "old");
    }
    world.truth.marked.forEach(version -> name("v" + version));
  }

  private void mark(String words) {
    if (words.startsWith(ModelWorld.BY_A_PERSON)) {
      name(words);
    }
  }

  private void rotations() {
    for (Map.Entry<RotationId, RotationState> entry : world.journal.states.entrySet()) {
      RotationState state = entry.getValue();
      RotationPlan plan = state.plan();
      text.append("\nR ").append(state.wireName()).append(' ').append(plan.cause());
      name(entry.getKey()).name("v" + plan.oldVersion());
      name(state.facts().oldCredential()).name(state.facts().newCredential());
      name(state.facts().newVersion().map(version -> "v" + version));
      text.append(world.truth.cancelled.contains(plan.id()) ? "c" : "");
      text.append(world.store.promoted.contains(plan.id()) ? "p" : "");
      text.append(plan.requestedBy());
      mark(plan.reason());
      standingMark(plan.id()).ifPresent(this::mark);
      if (!(state instanceof RotationState.Ended)) {
        running(state);
      }
    }
    text.append(world.truth.jumpedForward ? "J" : "");
  }

  private Optional<String> standingMark(RotationId id) {
    return world.journal.of(id).stream()
        .flatMap(event -> event.detail(Detail.STANDING_MARK).stream())
        .findFirst();
  }

  private void running(RotationState state) {
    text.append(state.canGoBack());
    text.append(state.facts().committed()).append(state.facts().oldRevoked());
    text.append(state.facts().inForce());
    clock(state.plan().deadlineAt());
    clock(state.plan().flaggedAt());
    Map<Step, String> steps = new EnumMap<>(Step.class);
    boolean mayHaveMade = false;
    Fact earlier = Fact.DONE;
    for (RotationEvent event : world.journal.of(state.plan().id())) {
      Optional<Step> step = event.detail(Detail.STEP).flatMap(Step::ofWireName);
      if (step.isPresent()) {
        boolean failed = event.fact() == Fact.FAILED;
        steps.merge(
            step.get(),
            event.fact() + (failed ? event.detail(Detail.MESSAGE).orElse("") : ""),
            (before, after) -> after.startsWith("FAILED") ? "b" + after : after);
        if (step.get() == Step.ISSUE) {
          boolean settles = event.detail(Detail.OUTCOME).isPresent() && earlier != Fact.FAILED;
          mayHaveMade = event.fact() == Fact.BEGUN || (mayHaveMade && !settles);
          earlier = event.fact();
        }
      }
      if (event.fact() == Fact.DONE && step.equals(Optional.of(Step.PROMOTE))) {
        clock(event.at().plus(state.plan().grace()));
        text.append(event.detail(Detail.HOLDERS).orElse(""));
      } else if (event.fact() == Fact.ACKNOWLEDGED) {
        text.append(event.detail(Detail.CONSUMER).orElse(""));
      } else if (event.fact() == Fact.TURNED) {
        text.append(event.detail(Detail.OUTCOME).orElse(""));
      }
    }
    text.append(steps).append(mayHaveMade);
  }

  private void clock(Instant limit) {
    Duration left = Duration.between(world.time.instant(), limit);
    text.append(left.isNegative() || left.isZero() ? '<' : left.toMinutes() > 30 ? '}' : '>');
  }

  private void agent() {
    text.append("\nA");
    RotationRunner runner = world.runner;
    if (runner != null && runner.running()) {
      EngineMemory memory = EngineMemory.of(runner);
      Run run = memory.run();
      text.append(memory.prepared()).append(Math.min(memory.proofs(), 3));
      text.append(memory.flagStands());
      text.append(run.chronicle.cancelledBy().isPresent()).append(run.predecessor().isPresent());
      name(run.successor().map(it -> ModelStore.reveal(it).toString()));
      clock(run.successorLimit());
      clock(run.patienceEnds(Cycle.PATIENCE));
      Instant until = world.waitsUntil;
      if (until != null) {
        clock(until);
        text.append(Duration.between(world.time.instant(), until).toSeconds() > 6 ? "long" : "");
      }
    }
    text.append(world.journal.stuck());
    world.served().ifPresent(served -> name("v" + served.version()).text.append(served.tainted()));
  }

  private void provider() {
    text.append("\nP").append(world.provider.refusesUs);
    world
        .provider
        .slots
        .values()
        .forEach(
            slot -> {
              name(slot.id()).name(slot.secret()).name(slot.description());
              text.append(slot.late() ? "l" : "");
            });
    world.provider.lingering.forEach((secret, left) -> name(secret).text.append('*').append(left));
    for (ModelWorld.Delayed late : world.delayed) {
      text.append(late.what());
      name(late.about());
    }
  }

  private void consumers() {
    text.append("\nC");
    for (ModelWorld.Holder holder : world.holders) {
      text.append(holder.alive).append(holder.known);
      Version holds = holder.holds;
      name(Optional.ofNullable(holds).map(version -> "v" + version));
    }
    List<Holding> holdings = world.registry.holdings(ModelWorld.NAME);
    for (Holding holding : holdings) {
      text.append(holding.consumer().pid()).append(holding.acknowledged());
      name("v" + holding.fetched());
    }
  }
}
