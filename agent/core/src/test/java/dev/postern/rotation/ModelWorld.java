package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretKind.Succession;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.rotation.ModelAction.Kind;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.SecretServing;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingLook;
import dev.postern.serving.ServingState;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One agent with its real engine, and all that is around it: a store, a provider, a disk, a clock
 * and consumers, which outlive it. One thread; nothing happens unless an action says so.
 */
final class ModelWorld implements RotationListener, AutoCloseable {
  static final String INSTALLATION = "test";
  static final SecretName NAME = new SecretName("sending-key");
  private static final SecretPath PATH = new SecretPath("mail/sending");

  /** What a person's mark begins with. */
  static final String BY_A_PERSON = "incident ";

  /** A call that its caller takes for failed, and that arrives later. */
  record Delayed(String what, String about, Runnable act) {}

  /** What a call brings about. */
  @FunctionalInterface
  interface Act<T> {
    T carryOut();
  }

  /** A process that uses the secret. */
  static final class Holder {
    final Consumer consumer;
    boolean alive = true;
    @Nullable Version holds;

    /** Whether the agent can know of it: it forgets with its process what it has not recorded. */
    boolean known;

    Holder(int pid) {
      consumer = new Consumer(1000, 1000, pid, "app");
    }
  }

  final ModelScenario scenario;
  final ManualTime time = new ManualTime();
  final List<Delayed> delayed = new ArrayList<>();
  final List<Holder> holders = new ArrayList<>();
  final ModelTruth truth;
  final ModelFaults faults;
  final ModelStore store;
  final ModelProvider provider;
  final ModelJournal journal;
  private final SecretDefinition definition;
  Rotations rotations;
  SecretServing serving;
  ConsumerRegistry registry;
  @Nullable RotationRunner runner;
  @Nullable Instant waitsUntil;

  /** Whether a pending version arrived long after its caller had been told of a failure. */
  boolean lateStage;

  /** Whether the store's flag was written or cleared so late; it has no guard against that. */
  boolean lateFlag;

  private int incidents;

  @SuppressWarnings("NullAway.Init") // boot() fills the agent's own parts
  ModelWorld(ModelScenario scenario) {
    this.scenario = scenario;
    truth = new ModelTruth(this);
    faults = new ModelFaults(truth::everywhere);
    store = new ModelStore(scenario.oldFields(), scenario.staging(), faults, delayed);
    provider = new ModelProvider(scenario.succession(), faults, delayed, truth);
    journal = new ModelJournal(faults);
    scenario.populate(provider);
    definition =
        new SecretDefinition(
            NAME,
            scenario.kind(),
            store,
            PATH,
            Map.of(),
            Duration.ofMinutes(1),
            Duration.ofHours(3));
    for (int i = 0; i < scenario.consumers(); i++) {
      holders.add(new Holder(100 + i));
    }
    boot();
    fetch(holders.getFirst());
  }

  private void boot() {
    runner = null;
    waitsUntil = null;
    serving = new SecretServing(List.of(definition), time);
    registry =
        new ConsumerRegistry(
            time,
            consumer ->
                holders.stream().anyMatch(one -> one.alive && one.consumer.equals(consumer)),
            name -> scenario.ack());
    RotationTarget target =
        new RotationTarget(
            definition,
            provider,
            scenario.scope(),
            new RotationPolicy(
                ModelScenario.DEADLINE,
                ModelScenario.GRACE,
                scenario.order(),
                WithoutSuccessor.KEEP),
            false);
    rotations =
        new Rotations(
            INSTALLATION,
            List.of(target),
            new Rotations.Surroundings(journal.open(), serving, registry, time, faults),
            this,
            this::launched);
    rotations.resume();
    look();
  }

  private void launched(RotationRunner launched) {
    runner = launched;
    waitsUntil = null;
  }

  /** The agent ends, and another one starts. */
  private void restart() {
    truth.agentEnded();
    closeAgent();
    boot();
  }

  void restartIfStuck() {
    if (journal.stuck()) {
      restart();
    }
  }

  /**
   * @throws ModelViolation when a promise is broken by it
   */
  void perform(ModelAction action) {
    faults.plan(action, () -> happen(action.meanwhile(), action.which()));
    try {
      happen(action.kind(), action.which());
    } catch (ModelFaults.Crash crash) {
      restart();
    }
    if (!faults.struck()) {
      throw new IllegalStateException("the model is not deterministic: no such place: " + action);
    }
    truth.everywhere();
    truth.afterAction();
  }

  /** The same, for what was checked when it was done first. */
  void repeat(ModelAction action) {
    truth.knownToHold = true;
    perform(action);
    truth.knownToHold = false;
  }

  private void happen(Kind kind, int which) {
    switch (kind) {
      case START -> ask(scenario.cause());
      case STEP -> step();
      case CRASH -> restart();
      case FETCH -> fetch(holders.get(which));
      case SAY -> say(holders.get(which));
      case DIE -> {
        holders.get(which).alive = false;
        woken();
      }
      case LOOK -> look();
      case DELIVER -> deliver(delayed.remove(which));
      case PAST_DEADLINE -> jump(ModelScenario.DEADLINE.plusSeconds(10));
      case PAST_PATIENCE -> jump(Cycle.PATIENCE.plusMinutes(5));
      case BACK -> jump(Duration.ofHours(-1));
      case CANCEL -> cancel();
      case REQUEST -> ask(Cause.REQUESTED);
      case LEAK -> ask(Cause.COMPROMISED);
      case MARK -> mark();
      case ALLOW -> provider.refusesUs = false;
    }
  }

  /**
   * Where nothing of an earlier incident is left, a person uses the same words again; otherwise
   * another incident has another name.
   */
  private void mark() {
    boolean afresh = store.flag == null && running().isEmpty();
    store.flag = new CompromiseFlag(BY_A_PERSON + (afresh ? 0 : ++incidents));
    truth.marked(store.current.version());
  }

  private void deliver(Delayed call) {
    lateStage |= call.what().equals("stage");
    lateFlag |= call.what().endsWith("flag");
    call.act().run();
  }

  private void jump(Duration duration) {
    truth.jumped(duration);
    time.advance(duration);
  }

  private void step() {
    RotationRunner running = runner;
    if (running == null) {
      return;
    }
    if (waitsUntil != null) {
      time.advanceTo(waitsUntil);
    }
    waitsUntil = null;
    if (running.step() instanceof Progress.Waiting waiting) {
      waitsUntil = waiting.until();
    }
  }

  private void woken() {
    waitsUntil = null;
  }

  private void ask(Cause cause) {
    try {
      rotations.start(
          new RotationRequest(
              NAME,
              cause,
              "asked in the model",
              "model",
              Optional.empty(),
              Optional.of(scenario.order())));
      truth.asked(cause);
      woken();
    } catch (RotationRefused e) {
      boolean forAReason =
          e.reason() == RotationRefused.Reason.NOT_NOW
              || e.reason() == RotationRefused.Reason.STORE_UNREACHABLE;
      ModelViolation.require(forAReason, "I5", "a request was refused: " + e.getMessage());
    }
  }

  private void cancel() {
    RotationId id = running().orElseThrow();
    try {
      rotations.cancel(id, "model");
      truth.cancelled(id);
      woken();
    } catch (RotationRefused e) {
      // After its disk failed the agent does not know of what it had just begun to record.
      boolean tooLate = e.reason() == RotationRefused.Reason.TOO_LATE;
      ModelViolation.require(
          tooLate || journal.stuck(), "I5", "a cancel was refused: " + e.getMessage());
      if (!journal.stuck()) {
        truth.refusedCancel(id);
      }
    }
  }

  private void look() {
    ServingLook.at(serving, NAME, (name, version, flag) -> rotations.flagged(name, version, flag));
    woken();
  }

  private void fetch(Holder holder) {
    served()
        .ifPresent(
            version -> {
              registry.fetched(NAME, version.version(), holder.consumer);
              holder.holds = version.version();
              holder.known = true;
              woken();
            });
  }

  private void say(Holder holder) {
    Version holds = holder.holds;
    // The server refuses an acknowledgement of anything but the current version.
    if (holds != null && served().filter(it -> it.version().equals(holds)).isPresent()) {
      registry.acknowledged(NAME, holds, holder.consumer);
      woken();
    }
  }

  Optional<ServedVersion> served() {
    return serving.state(NAME) instanceof ServingState.Holding holding
        ? Optional.of(holding.served())
        : Optional.empty();
  }

  /** The rotation that has not ended, by what the disk holds. */
  Optional<RotationId> running() {
    return journal.states.entrySet().stream()
        .filter(entry -> !(entry.getValue() instanceof RotationState.Ended))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * What can happen next, faults aside. A password that arrives when another rotation has taken up
   * the same login would end that one's successor, and nothing but the provider could keep it from
   * doing so: it arrives before.
   */
  List<ModelAction> possible() {
    if (scenario.succession() == Succession.CHOSEN && running().isEmpty() && !delayed.isEmpty()) {
      return List.of(ModelAction.of(Kind.DELIVER));
    }
    List<ModelAction> actions = new ArrayList<>();
    if (journal.states.isEmpty()) {
      actions.add(ModelAction.of(Kind.START));
    } else {
      actions.addAll(List.of(ModelAction.of(Kind.REQUEST), ModelAction.of(Kind.LEAK)));
      actions.add(ModelAction.of(Kind.MARK));
      actions.add(ModelAction.of(Kind.CRASH));
    }
    if (running().isPresent()) {
      actions.add(ModelAction.STEP);
      for (Kind kind : List.of(Kind.CANCEL, Kind.PAST_DEADLINE, Kind.PAST_PATIENCE, Kind.BACK)) {
        actions.add(ModelAction.of(kind));
      }
    }
    for (int i = 0; i < holders.size(); i++) {
      if (holders.get(i).alive) {
        actions.add(ModelAction.of(Kind.FETCH, i));
        actions.add(ModelAction.of(Kind.DIE, i));
        if (scenario.ack() == dev.postern.consumer.AckMode.EXPLICIT) {
          actions.add(ModelAction.of(Kind.SAY, i));
        }
      }
    }
    Set<String> kinds = new HashSet<>();
    for (int i = 0; i < delayed.size(); i++) {
      if (kinds.add(delayed.get(i).what() + delayed.get(i).about())) {
        actions.add(ModelAction.of(Kind.DELIVER, i));
      }
    }
    actions.add(ModelAction.of(Kind.LOOK));
    if (provider.refusesUs) {
      actions.add(ModelAction.of(Kind.ALLOW));
    }
    return actions;
  }

  @Override
  public void rotationStarted(SecretName secret) {}

  @Override
  public void stepFinished(Step step, Duration took) {}

  @Override
  public void rotationEnded(Receipt receipt) {}

  private void closeAgent() {
    if (runner != null) {
      EngineMemory.of(runner).run().close();
    }
    serving.close();
  }

  @Override
  public void close() {
    closeAgent();
  }
}
