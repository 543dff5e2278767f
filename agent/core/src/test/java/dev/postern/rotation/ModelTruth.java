package dev.postern.rotation;

import static dev.postern.rotation.ModelViolation.require;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.consumer.Consumer;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.rotation.RotationState.Done;
import dev.postern.rotation.RotationState.Ended;
import dev.postern.rotation.RotationState.NeedsOperator;
import dev.postern.rotation.RotationState.Proven;
import dev.postern.serving.ServedVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The promises, checked against what the fakes know, not against what the engine says. */
final class ModelTruth implements ModelProvider.Watcher {
  static final String ACKS = "acks";
  static final String CANCEL = "cancel";
  private static final int PROOFS = 3;

  private final ModelWorld world;

  /** By a cancel that was granted, and that no later request outvoted. */
  final Set<RotationId> cancelled = new LinkedHashSet<>();

  final Set<Version> marked = new LinkedHashSet<>();
  private final Set<RotationId> seenProven = new HashSet<>();
  private final Set<RotationId> seenPropagated = new HashSet<>();
  private final Map<RotationId, Instant> promotedAt = new HashMap<>();

  /** Whether the clock took away the time that a rotation has. */
  boolean jumpedForward;

  /** Whether what is done now was checked before. */
  boolean knownToHold;

  ModelTruth(ModelWorld world) {
    this.world = world;
  }

  void jumped(Duration duration) {
    jumpedForward |= !duration.isNegative();
  }

  void marked(Version version) {
    marked.add(version);
  }

  /** An agent that starts knows of the consumers that its predecessor recorded. */
  void agentEnded() {
    Optional<RotationId> running = world.running();
    String recorded =
        running.stream()
            .flatMap(id -> world.journal.of(id).stream())
            .flatMap(event -> event.detail(Detail.HOLDERS).stream())
            .collect(Collectors.joining("\n"));
    Set<Integer> pids =
        Holders.read(recorded).stream().map(Consumer::pid).collect(Collectors.toSet());
    Optional<Version> old = running.map(id -> state(id).plan().oldVersion());
    for (ModelWorld.Holder holder : world.holders) {
      holder.known &=
          pids.contains(holder.consumer.pid()) && old.equals(Optional.ofNullable(holder.holds));
    }
  }

  /** A cancel was granted. */
  void cancelled(RotationId id) {
    RotationState state = state(id);
    require(
        state.facts().newVersion().isEmpty() && !state.facts().oldRevoked(),
        CANCEL,
        "granted in state " + state.wireName());
    require(!world.store.promoted.contains(id), CANCEL, "granted after promotion");
    cancelled.add(id);
  }

  /** A cancel was refused as too late. */
  void refusedCancel(RotationId id) {
    RotationState state = state(id);
    boolean begun =
        world.journal.of(id).stream()
            .filter(event -> event.fact() == Fact.BEGUN)
            .flatMap(event -> event.detail(Detail.STEP).stream())
            .anyMatch(ModelTruth::hasNoWayBack);
    require(
        begun || !(state instanceof RotationState.BeforePromotion),
        CANCEL,
        "refused in state " + state.wireName());
  }

  private static boolean hasNoWayBack(String step) {
    return List.of(Step.PROMOTE, Step.REVOKE, Step.ACTIVATE).stream()
        .anyMatch(one -> one.wireName().equals(step));
  }

  /** A request was granted: it outvotes a cancel, and a leak that it reports must end. */
  void asked(Cause cause) {
    Optional<RotationId> running = world.running();
    running.ifPresent(cancelled::remove);
    boolean promoted = running.filter(world.store.promoted::contains).isPresent();
    if (cause == Cause.COMPROMISED && !promoted) {
      marked(world.store.current.version());
    }
  }

  private RotationState state(RotationId id) {
    RotationState state = world.journal.states.get(id);
    if (state == null) {
      throw new IllegalStateException("no rotation " + id);
    }
    return state;
  }

  private Optional<ModelStore.Entry> entry(Version version) {
    return Optional.ofNullable(world.store.versions.get(version));
  }

  private Map<String, String> fields(Version version) {
    return entry(version).orElseThrow().fields();
  }

  private Optional<String> idOf(Version version) {
    return entry(version)
        .map(ModelStore.Entry::fields)
        .map(
            fields ->
                switch (world.scenario.succession()) {
                  case BESIDE -> fields.get("api_key_id");
                  case CHOSEN -> fields.get("login");
                  case REGENERATED, NONE -> "http-signing-key";
                });
  }

  @Override
  public void issuing(RotationTag tag) {
    boolean another =
        world.provider.slots.values().stream()
            .anyMatch(slot -> slot.description().equals(tag.toString()) && !slot.late());
    require(!another, "I2", "a second credential is made while the first one is alive");
  }

  @Override
  public void revoking(String id) {
    world.journal.states.values().stream()
        .filter(state -> !(state instanceof Ended) && state.plan().order() == Order.OVERLAP)
        .filter(state -> idOf(state.plan().oldVersion()).equals(Optional.of(id)))
        .forEach(this::revokingOld);
  }

  private void revokingOld(RotationState state) {
    require(
        world.store.promoted.contains(state.plan().id()),
        "I1",
        "the old credential is revoked, and its successor is not in use");
    require(
        seenPropagated.contains(state.plan().id()),
        ACKS,
        "the old credential is revoked before its consumers were waited for");
  }

  private void waitedForConsumers(RotationState state) {
    boolean done = world.journal.reached(state.plan().id(), Step.PROPAGATE);
    RotationPlan plan = state.plan();
    if (!done || !seenPropagated.add(plan.id()) || plan.order() != Order.OVERLAP) {
      return;
    }
    Instant now = world.time.instant();
    Instant graceEnds = promotedAt.getOrDefault(plan.id(), now).plus(plan.grace());
    boolean urgent = plan.compromised() && plan.deadlineAt().isBefore(graceEnds);
    boolean over = !now.isBefore(urgent ? plan.deadlineAt() : graceEnds);
    for (ModelWorld.Holder holder : world.holders) {
      boolean waits = holder.alive && holder.known && plan.oldVersion().equals(holder.holds);
      require(
          over || !waits,
          ACKS,
          holder.consumer.describe() + " is not waited for, and holds the old version");
    }
  }

  /** What must hold at every moment, also in the middle of a step. */
  void everywhere() {
    if (knownToHold) {
      return;
    }
    for (String id : world.scenario.foreign().keySet()) {
      require(world.provider.slots.containsKey(id), "I2", "somebody else's credential is gone");
    }
    if (!world.scenario.neverInterrupted()) {
      return;
    }
    require(
        world.provider.accepts(world.store.current.fields()),
        "I1",
        "the store's current version " + world.store.current.version() + " is dead");
    world
        .served()
        .ifPresent(
            served ->
                require(
                    world.provider.accepts(fields(served.version())),
                    "I1",
                    "the served version " + served.version() + " is dead"));
  }

  /** What must hold between two actions. */
  void afterAction() {
    long unended = 0;
    for (RotationState state : world.journal.states.values()) {
      unended += state instanceof Ended ? 0 : 1;
      state
          .facts()
          .newVersion()
          .ifPresent(it -> promotedAt.putIfAbsent(state.plan().id(), world.time.instant()));
      waitedForConsumers(state);
      neverBackToTainted(state);
      proofIsOne(state);
    }
    if (knownToHold) {
      return;
    }
    require(unended <= 1, "I7", unended + " rotations of one secret run");
    world.served().ifPresent(this::servesWhatIsStored);
    nothingUnclaimed();
  }

  private void neverBackToTainted(RotationState state) {
    RotationPlan plan = state.plan();
    if (!plan.compromised()) {
      return;
    }
    boolean promoted = world.store.promoted.contains(plan.id());
    require(
        !promoted || !world.store.current.version().equals(plan.oldVersion()),
        "I4",
        "the tainted version is current again in the store");
    boolean known = state.facts().newVersion().isPresent();
    boolean served =
        world.served().filter(it -> it.version().equals(plan.oldVersion())).isPresent();
    // An agent whose disk failed in the middle of a record does not know that it is written.
    require(
        !known || !served || world.journal.stuck(),
        "I4",
        "the tainted version is served after promotion");
  }

  private void proofIsOne(RotationState state) {
    boolean proven = state instanceof Proven || state instanceof Done;
    if (!proven || !seenProven.add(state.plan().id())) {
      return;
    }
    Map<String, String> old = fields(state.plan().oldVersion());
    Map<String, String> successor = fields(state.facts().newVersion().orElseThrow());
    require(!world.provider.mayBeUsed(old), "I6", "proven dead, and it is alive");
    int pairs = 0;
    List<ModelProvider.Probe> probes = world.provider.probes;
    for (int i = 1; i < probes.size(); i++) {
      ModelProvider.Probe one = probes.get(i - 1);
      ModelProvider.Probe other = probes.get(i);
      if (other.fields().equals(old) && other.accepted()) {
        pairs = 0;
      } else if (one.fields().equals(successor) && one.accepted() && other.fields().equals(old)) {
        pairs++;
      }
    }
    require(pairs >= PROOFS, "I6", "proven dead after " + pairs + " refusals beside acceptances");
  }

  private void servesWhatIsStored(ServedVersion served) {
    SecretFields values = served.fields();
    Map<String, String> stored = fields(served.version());
    values
        .names()
        .forEach(
            name ->
                require(
                    values.field(name).orElseThrow().exposeUtf8().equals(stored.get(name)),
                    "I1",
                    "the served " + name + " is not that of version " + served.version()));
  }

  private void nothingUnclaimed() {
    for (ModelProvider.Slot slot : world.provider.slots.values()) {
      Optional<RotationTag> tag =
          RotationTag.parse(slot.description())
              .filter(it -> it.installation().equals(ModelWorld.INSTALLATION))
              .filter(it -> it.secret().equals(ModelWorld.NAME));
      if (tag.isPresent() && !slot.late()) {
        RotationState state = world.journal.states.get(tag.get().rotation());
        require(state != null, "I2", slot.id() + " was made by no rotation of the journal");
        require(
            !(state instanceof Ended) || claimed(slot.id()),
            "I2",
            slot.id() + " is alive, its rotation has ended, and nobody uses it");
      }
    }
  }

  private boolean claimed(String id) {
    Optional<String> it = Optional.of(id);
    return idOf(world.store.current.version()).equals(it)
        || world.journal.states.values().stream()
            .filter(state -> !(state instanceof Done))
            .filter(state -> !(state instanceof Ended) || state instanceof NeedsOperator)
            .anyMatch(state -> state.facts().oldCredential().equals(it));
  }

  /** What must hold when every rotation has ended and nothing is on its way. */
  void atEnd() {
    boolean person = false;
    for (RotationState state : world.journal.states.values()) {
      person |= state instanceof NeedsOperator;
      String end = state.wireName() + " (" + ((Ended) state).why() + ")";
      boolean granted = cancelled.contains(state.plan().id());
      boolean outvoted = world.journal.askedAgain(state.plan().id());
      require(
          !granted || outvoted || !(state instanceof Done),
          CANCEL,
          "granted, and the rotation ended " + end);
      require(
          state instanceof Done
              || jumpedForward
              || (cancelled.contains(state.plan().id()) && !(state instanceof NeedsOperator)),
          "I5",
          "the rotation ended " + end + " without a reason");
    }
    if (person) {
      return;
    }
    require(
        world.provider.accepts(world.store.current.fields()), "I5", "the store's version is dead");
    require(
        world.store.pending == null || world.lateStage, "I5", "a pending version is left behind");
    require(
        world
            .served()
            .map(ServedVersion::version)
            .equals(Optional.of(world.store.current.version())),
        "I5",
        "what is served is not what is current");
    for (RotationState state : world.journal.states.values()) {
      boolean old = world.provider.mayBeUsed(fields(state.plan().oldVersion()));
      require(!(state instanceof Done) || !old, "I6", "done, and the old credential is alive");
    }
    for (Version version : marked) {
      boolean forgiven =
          world.journal.states.values().stream()
              .filter(state -> state.plan().oldVersion().equals(version))
              .anyMatch(state -> cancelled.contains(state.plan().id()) || jumpedForward);
      require(
          forgiven || world.lateFlag || !world.provider.mayBeUsed(fields(version)),
          "I3",
          "a leak was marked, and lives on");
    }
  }
}
