package dev.postern.kubernetes;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.consumer.Holdings;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialScope;
import dev.postern.journal.JournalException;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationPolicy;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationTarget;
import dev.postern.rotation.Rotations;
import dev.postern.rotation.SteppedEngine;
import dev.postern.rotation.WithoutSuccessor;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.SecretServing;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rotator: the real engine over the real election, journal and holdings. */
final class SimulatedRotator implements FleetListener, ElectionListener {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final CredentialScope SCOPE =
      new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com");

  private final Simulation run;
  final VirtualTime.Host host;
  final FakeCluster.Client client;
  final Fleet fleet;
  final String pod;
  private final FleetHoldings holdings;
  @Nullable Term term;
  private @Nullable FleetJournal journal;
  private @Nullable SteppedEngine engine;
  private boolean lookSoon;
  private boolean working;

  /** What this term has answered; the watch tells of it later. */
  private final Set<String> answered = new HashSet<>();

  SimulatedRotator(Simulation run, String pod) {
    this.run = run;
    this.pod = pod;
    this.host = run.rotatorHost();
    this.client = run.cluster.client(host);
    this.fleet = run.join(this, run.mutated(client, host), host, pod, Role.ROTATOR, Map.of());
    Holdings none = new ConsumerRegistry(host::instant, consumer -> true, secret -> AckMode.FETCH);
    this.holdings = new FleetHoldings(fleet, none, pod, host::instant);
    fleet.stand(Simulation.SECRET, Election.Timing.STANDARD, this);
  }

  /** Whether it may act for that term, and is alive. */
  boolean acts(Term of) {
    return !host.dead() && of.mayAct();
  }

  @Override
  public void elected(Term begun) {
    term = begun;
    engine = null;
    answered.clear();
    run.takeovers++;
    host.after(Duration.ZERO, () -> work(begun));
  }

  @Override
  public void ended(Term over) {
    if (over.equals(term)) {
      term = null;
    }
  }

  @Override
  public void membersChanged() {
    Term mine = term;
    if (mine != null && !lookSoon) {
      lookSoon = true;
      host.after(Duration.ofMillis(20), () -> lookAtMembers(mine));
    }
  }

  private void lookAtMembers(Term mine) {
    lookSoon = false;
    if (!working) {
      var _ = turn(mine);
    }
  }

  private void work(Term mine) {
    if (!mine.equals(term) || mine.isOver()) {
      return;
    }
    host.after(working ? LOOK : turn(mine), () -> work(mine));
  }

  private Duration turn(Term mine) {
    if (!mine.equals(term) || mine.isOver()) {
      return PAUSE;
    }
    working = true;
    try {
      return step(mine);
    } catch (JournalException.Fenced over) {
      run.fenced++;
      // A stale writer of another Lease may have been here: the term still holds.
      engine = null;
      return PAUSE;
    } catch (JournalException | RotationRefused later) {
      return PAUSE;
    } finally {
      working = false;
    }
  }

  private Duration step(Term mine) {
    if (engine == null) {
      FleetJournal opened = fleet.journal(mine);
      SteppedEngine fresh = engine(mine, opened);
      fresh.resume();
      journal = opened;
      engine = fresh;
    }
    FleetJournal open = java.util.Objects.requireNonNull(journal);
    takeRequests(open, engine);
    Optional<Instant> again = engine.step();
    open.requireCurrent();
    if (again.isEmpty()) {
      return LOOK;
    }
    Duration wait = again.get().isBefore(host.instant()) ? Duration.ZERO : LOOK;
    return wait.isZero() ? Duration.ofMillis(1) : wait;
  }

  private void takeRequests(FleetJournal open, SteppedEngine on) {
    for (FleetRequest request : fleet.requests()) {
      if (answered.contains(request.id())) {
        continue;
      }
      Cause cause = request.cause().equals("compromised") ? Cause.COMPROMISED : Cause.REQUESTED;
      Receipt receipt = on.start(cause, request.requestedBy());
      open.settle(request, receipt.id().toString());
      answered.add(request.id());
    }
  }

  private SteppedEngine engine(Term mine, FleetJournal opened) {
    SimulatedWorld.Caller caller = new SimulatedWorld.Caller(host, mine);
    SecretStore store = new MutatedStore(run.world.storeFor(caller), run.mutant);
    SecretDefinition secret =
        new SecretDefinition(
            new SecretName(Simulation.SECRET),
            SCOPE.kind(),
            store,
            new SecretPath("mail/sending"),
            Map.of(),
            Duration.ofMinutes(1),
            Duration.ofHours(1));
    Clock time = new Clock(host);
    RotationPolicy policy =
        new RotationPolicy(
            run.ownDeadline(), Simulation.GRACE, Order.OVERLAP, WithoutSuccessor.KEEP);
    return new SteppedEngine(
        "prod-eu",
        new RotationTarget(
            secret, new MutatedIssuer(run.world.providerFor(caller), run), SCOPE, policy, false),
        new Rotations.Surroundings(
            new MutatedJournal(run.recording(opened), host, run.mutant, run.random),
            new SecretServing(List.of(secret), time),
            run.mutated(holdings),
            time,
            Failpoints.NONE));
  }

  /** The engine's clock; its steps are taken by the simulation, so it never waits itself. */
  private record Clock(VirtualTime.Host host) implements TimeSource {
    @Override
    public Instant instant() {
      return host.instant();
    }

    @Override
    public void await(Signal signal, long seen, Instant until) {
      throw new IllegalStateException("nothing of the engine may wait here");
    }
  }
}
