package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.Holding;
import dev.postern.consumer.Holdings;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.journal.RotationJournal;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A fleet with one secret, in virtual time and from one seed: the real engine, election, journal
 * and holdings; a store and a provider; and a world that does harm. What must hold is looked at
 * with each write of the cluster, each act outside, and at the end.
 */
final class Simulation implements SimulatedWorld.Witness {
  static final String SECRET = "sending-key";
  static final Duration DEADLINE = Duration.ofSeconds(60);
  static final Duration GRACE = Duration.ofSeconds(20);
  private static final Set<String> LOOKS = Set.of("look", "read", "list", "probe");
  private static final FleetNames NAMES = new FleetNames("prod-eu");

  /** By which the clocks of the rotators may differ: what one plans another one ends. */
  private static final Duration SKEW = Duration.ofSeconds(2);

  /** How much less than the duration of its Lease an agent was certainly seen. */
  private static final Duration SURELY_THERE = Duration.ofSeconds(100);

  final VirtualTime time = new VirtualTime();
  final Random random;
  final FakeCluster cluster;
  final SimulatedWorld world;
  final boolean calm;
  final Mutant mutant;
  final List<SimulatedSidecar> sidecars = new ArrayList<>();
  final List<SimulatedRotator> rotators = new ArrayList<>();
  private final Map<String, Long> announced = new HashMap<>();
  private final Map<String, Long> lastSeen = new HashMap<>();
  private final List<RotationEvent> promised = new ArrayList<>();
  final FleetInvariants invariants = new FleetInvariants(this);

  /** How often each harm was done. */
  final Map<String, Integer> harm = new TreeMap<>();

  private final SharedReading reading = new SharedReading();

  /** Until when the API server was away for all. */
  long apiAwayUntil;

  private int pods;
  private int requests;

  /** How often each thing was seen to happen, so that a run that shows nothing is noticed. */
  int fenced;

  int takeovers;
  int revoked;
  int cut;

  Simulation(long seed, boolean calm, Mutant mutant) {
    this.random = new Random(seed * 31 + 7);
    this.calm = calm;
    this.mutant = mutant;
    this.cluster = new FakeCluster(time, random);
    this.world = new SimulatedWorld(time, random, this);
    time.afterEach(
        () -> {
          atMostOneTermMayAct();
          invariants.afterEach();
        });
    cluster.onWrite(this::written);
  }

  VirtualTime.Host host() {
    return calm ? time.host() : time.host(some(Duration.ofHours(20)).minusHours(10), rate());
  }

  VirtualTime.Host rotatorHost() {
    boolean hours = mutant == Mutant.ELECTION_BY_WALL_CLOCKS;
    Duration most = hours ? Duration.ofHours(1) : SKEW;
    return calm ? time.host() : time.host(some(most.multipliedBy(2)).minus(most), rate());
  }

  private double rate() {
    return 0.98 + 0.04 * random.nextDouble();
  }

  Duration some(Duration most) {
    return Duration.ofNanos((long) (most.toNanos() * random.nextDouble()));
  }

  Fleet join(
      FleetListener listener,
      ClusterApi client,
      VirtualTime.Host host,
      String pod,
      Role role,
      Map<String, Held> holds) {
    String run = "run-" + random.nextInt(1 << 20);
    AgentIdentity identity =
        new AgentIdentity(NAMES, new Owner(pod, "uid-" + pod), role, run, "0.1.0");
    return Fleet.join(client, identity, holds, listener, host, random, reading);
  }

  ClusterApi mutated(ClusterApi api, VirtualTime.Host host) {
    return new MutatedApi(api, host, mutant, random);
  }

  /** What the rotators believe that the deadline of a leak is. */
  Duration ownDeadline() {
    return switch (mutant) {
      case WAITS_PAST_THE_DEADLINE -> DEADLINE.multipliedBy(4);
      case CUTS_BEFORE_THE_DEADLINE -> DEADLINE.dividedBy(4);
      default -> DEADLINE;
    };
  }

  Holdings mutated(Holdings real) {
    return mutant == Mutant.HOLDINGS_THAT_FORGET_AN_AGENT ? new Forgetful(real) : real;
  }

  /** Remembers of what the journal said that it is written. */
  RotationJournal recording(RotationJournal real) {
    return new RotationJournal() {
      @Override
      public List<RotationEvent> recovered() {
        return real.recovered();
      }

      @Override
      public void append(List<RotationEvent> events) {
        real.append(events);
        events.stream().filter(event -> event.fact() != Fact.ACKNOWLEDGED).forEach(promised::add);
      }

      @Override
      public void requireCurrent() {
        real.requireCurrent();
      }

      @Override
      public void close() {
        real.close();
      }
    };
  }

  /** I7. */
  private void atMostOneTermMayAct() {
    int acting = 0;
    for (SimulatedRotator rotator : rotators) {
      Term term = rotator.term;
      if (!rotator.host.dead() && term != null && term.mayAct()) {
        acting++;
      }
    }
    if (acting > 1) {
      throw FleetCheck.I7_ONE_TERM_MAY_ACT.broken(acting + " may");
    }
  }

  private void written(@Nullable ClusterObject before, ClusterObject after) {
    if (after.toString().contains(SimulatedWorld.CANARY)) {
      throw FleetCheck.I8_NO_SECRET_IN_THE_CLUSTER.broken("there is one in " + after.name());
    }
    if (after.kind() == Kind.CONFIG_MAP) {
      journalGoesOn(before, after);
    } else {
      announced.putIfAbsent(after.name(), time.now());
      boolean left = after.lease().map(LeaseSpec::holder).orElse("").isEmpty();
      lastSeen.put(after.name(), left ? Long.MIN_VALUE / 2 : time.now());
    }
  }

  /** I7: no write of a former rotator, and one rotation at a time. */
  private void journalGoesOn(@Nullable ClusterObject before, ClusterObject after) {
    JournalPage now = reading.page(after);
    invariants.written(now);
    FleetCheck.I7_ONE_ROTATION.holds(
        () -> assertThat(unfinished(now)).as("rotations at one time").isLessThanOrEqualTo(1));
    if (before == null) {
      return;
    }
    JournalPage old = reading.page(before);
    FleetCheck.I7_NO_WRITE_OF_A_FORMER_TERM.holds(
        () -> assertThat(now.fence().term()).isGreaterThanOrEqualTo(old.fence().term()));
    FleetCheck.I7_REVISION_GROWS.holds(
        () -> assertThat(now.revision()).isGreaterThan(old.revision()));
    if (now.fence().term() == old.fence().term()) {
      FleetCheck.I7_ONE_HOLDER_IN_A_TERM.holds(
          () -> assertThat(now.fence()).isEqualTo(old.fence()));
    }
  }

  private static long unfinished(JournalPage page) {
    return page.rotations().values().stream()
        .filter(entries -> !RotationLife.ended(JournalPage.events(entries)))
        .count();
  }

  private Optional<JournalPage> journal() {
    return cluster.object(Kind.CONFIG_MAP, NAMES.journal(SECRET)).map(reading::page);
  }

  /** I7: nothing is changed outside for a term whose successor has begun. */
  @Override
  public void acts(Term term, String act) {
    if (LOOKS.contains(act)) {
      return;
    }
    int latest = journal().orElseThrow().fence().term();
    if (latest > term.number()) {
      throw FleetCheck.I7_NO_ACT_OF_A_FORMER_TERM.broken(
          act + " of term " + term.number() + " in term " + latest);
    }
  }

  /** I1, I2, I3: what is revoked is ours, is not served by anybody who is there, or it is time. */
  @Override
  public void revokes(Term term, String id) {
    FleetCheck.I2_ANOTHERS_IS_KEPT.holds(
        () -> assertThat(id).isNotEqualTo(SimulatedWorld.ANOTHERS));
    FleetCheck.I1_CURRENT_IS_KEPT.holds(
        () -> assertThat(id).isNotEqualTo(world.keyOf(world.current())));
    revoked++;
    invariants.revoked(id, running().flatMap(Simulation::due));
    List<String> users =
        sidecars.stream()
            .filter(one -> one.serves > 0 && world.keyOf(one.serves).equals(id))
            .filter(this::wasSurelyKnown)
            .map(one -> one.pod)
            .toList();
    if (users.isEmpty()) {
      return;
    }
    cut++;
    FleetCheck.I1_NOBODY_IS_CUT_EARLY.holds(
        () ->
            assertThat(Duration.between(mayCutFrom(), VirtualTime.START.plusNanos(time.now())))
                .as("%s is revoked and still used by %s, before its time", id, users)
                .isPositive());
  }

  /** It was there before the promotion, and its Lease was renewed not long ago. */
  private boolean wasSurelyKnown(SimulatedSidecar one) {
    String lease = NAMES.agent(one.pod);
    long seen = time.now() - lastSeen.getOrDefault(lease, Long.MIN_VALUE / 2);
    return !one.host.dead()
        && announced.getOrDefault(lease, Long.MAX_VALUE) < world.promotedAt
        && seen < SURELY_THERE.toNanos();
  }

  private Instant mayCutFrom() {
    List<RotationEvent> events = running().map(Simulation::untilPropagated).orElseThrow();
    // Whoever joins never moves the deadline of a leak to later.
    Instant from = deadline(events).orElseGet(() -> promoted(events).plus(GRACE));
    // Clocks differ, and run at different rates.
    return from.minus(SKEW.multipliedBy(3)).minusSeconds(15);
  }

  @Override
  public void probes(String id, boolean accepted) {
    invariants.probed(id, accepted);
  }

  /** Whether a rotator was told that the journal names the credential as its new one. */
  boolean wasWrittenDown(String id) {
    Optional<String> named = Optional.of(id);
    return promised.stream().anyMatch(one -> one.detail(Detail.CREDENTIAL).equals(named));
  }

  /** When the old credential of a leak was to be revoked, by any rotator's clock. */
  private static Optional<Instant> due(List<RotationEvent> events) {
    return deadline(events).map(at -> at.plus(SKEW));
  }

  private Optional<List<RotationEvent>> running() {
    return journal().orElseThrow().rotations().values().stream()
        .map(JournalPage::events)
        .filter(one -> !RotationLife.ended(one))
        .findFirst();
  }

  /** Of a leak: the earliest that was promised, whatever the rotator has made of it. */
  private static Optional<Instant> deadline(List<RotationEvent> events) {
    return events.stream()
        .filter(one -> one.detail(Detail.CAUSE).equals(Optional.of("compromised")))
        .map(RotationEvent::at)
        .min(Instant::compareTo)
        .map(at -> at.plus(DEADLINE));
  }

  private static List<RotationEvent> untilPropagated(List<RotationEvent> events) {
    return events.stream().takeWhile(one -> !isDone(one, "propagate")).toList();
  }

  static boolean isDone(RotationEvent event, String step) {
    return event.fact() == Fact.DONE && event.detail(Detail.STEP).equals(Optional.of(step));
  }

  private static Instant promoted(List<RotationEvent> events) {
    return events.stream()
        .filter(one -> isDone(one, "promote"))
        .map(RotationEvent::at)
        .findFirst()
        .orElseThrow();
  }

  void start(int readers, int standing) {
    for (int i = 0; i < standing; i++) {
      rotators.add(new SimulatedRotator(this, "rotator-" + pods++));
    }
    for (int i = 0; i < readers; i++) {
      sidecars.add(new SimulatedSidecar(this, "app-" + pods++));
    }
  }

  SimulatedSidecar anySidecar() {
    return sidecars.get(random.nextInt(sidecars.size()));
  }

  /** Somebody asks at some sidecar. */
  void ask(String cause) {
    SimulatedSidecar at = anySidecar();
    FleetRequest request =
        new FleetRequest(
            "r-" + requests++,
            SECRET,
            cause,
            mutant == Mutant.SECRET_IN_A_REASON ? "it was key-" + SimulatedWorld.CANARY : "",
            "uid 0 at "
                + at.pod
                + (mutant == Mutant.SECRET_IN_A_REASON ? SimulatedWorld.CANARY : ""),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            at.host.instant());
    at.host.after(Duration.ZERO, () -> at.fleet.ask(request));
  }

  /** How many agents have told the cluster that all their consumers use the version. */
  int acknowledged(int version) {
    int count = 0;
    for (SimulatedSidecar one : sidecars) {
      boolean has =
          cluster
              .object(Kind.LEASE, NAMES.agent(one.pod))
              .flatMap(lease -> AgentCard.read(lease).holds())
              .map(holds -> holds.get(SECRET))
              .filter(held -> held.acknowledges(Integer.toString(version)))
              .isPresent();
      count += has ? 1 : 0;
    }
    return count;
  }

  String podName(String kind) {
    return kind + "-" + pods++;
  }

  long ended() {
    return journal().stream()
        .flatMap(page -> page.rotations().values().stream())
        .filter(entries -> RotationLife.ended(JournalPage.events(entries)))
        .count();
  }

  /** I2 to I5, when all has worked again for a while. */
  void everythingIsWell() {
    JournalPage page = journal().orElseThrow();
    theJournalHoldsWhatItPromised(page);
    FleetCheck.I4_ALL_LEARN_OF_IT.holds(
        () ->
            assertThat(sidecars)
                .filteredOn(one -> !one.host.dead())
                .extracting(one -> one.serves)
                .containsOnly(world.current()));
    page.rotations().values().stream()
        .map(JournalPage::events)
        .forEach(one -> due(one).ifPresent(at -> invariants.isNotOverdue(one, at)));
    FleetCheck.I5_ALL_HAS_ENDED.holds(
        () -> assertThat(unfinished(page)).as("rotations that go on").isZero());
    FleetCheck.I2_NOTHING_IS_LEFT.holds(
        () ->
            assertThat(world.live)
                .containsOnlyKeys(SimulatedWorld.ANOTHERS, world.keyOf(world.current())));
  }

  /** But for rotations that made room, and for names that were too many. */
  private void theJournalHoldsWhatItPromised(JournalPage page) {
    List<String> kept = page.events().stream().map(Simulation::withoutNames).toList();
    FleetCheck.I5_NOTHING_IS_WRITTEN_TWICE.holds(() -> assertThat(kept).doesNotHaveDuplicates());
    FleetCheck.I5_NOTHING_IS_FORGOTTEN.holds(
        () ->
            assertThat(kept)
                .containsAll(
                    promised.stream()
                        .filter(event -> page.rotations().containsKey(event.rotation()))
                        .map(Simulation::withoutNames)
                        .toList()));
  }

  private static String withoutNames(RotationEvent event) {
    Map<Detail, String> details = new java.util.EnumMap<>(event.details());
    details.remove(Detail.CUT);
    details.remove(Detail.HOLDERS);
    return event.rotation() + " " + event.at() + " " + event.fact() + " " + details;
  }

  void end() {
    sidecars.forEach(one -> one.host.kill());
    rotators.forEach(one -> one.host.kill());
  }

  /** A mutant: one agent is never seen to hold anything. */
  private record Forgetful(Holdings real) implements Holdings {
    @Override
    public List<Holding> holdings(SecretName secret) {
      List<Holding> all = real.holdings(secret);
      return all.isEmpty() ? all : all.subList(1, all.size());
    }

    @Override
    public List<Holding> holdingsNow(SecretName secret) {
      List<Holding> all = real.holdingsNow(secret);
      return all.isEmpty() ? all : all.subList(1, all.size());
    }

    @Override
    public Listening onChange(Runnable listener) {
      return real.onChange(listener);
    }

    @Override
    public void restore(SecretName secret, Version version, Consumer consumer) {
      real.restore(secret, version, consumer);
    }
  }
}
