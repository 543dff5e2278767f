package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of sidecars and rotators with one secret, in virtual time and from one seed: a store, an
 * engine that rotates as core's does as far as the fleet can see, and a world that does harm.
 */
final class Simulation {
  static final String SECRET = "sending-key";
  static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final FleetNames NAMES = new FleetNames("prod-eu");
  private static final Duration JITTER = Duration.ofSeconds(1);

  final VirtualTime time = new VirtualTime();
  final Random random;
  final FakeCluster cluster;
  final List<Sidecar> sidecars = new ArrayList<>();
  final List<Rotator> rotators = new ArrayList<>();

  /** The store: the version that is current, and by which rotation it became so. */
  int storeVersion = 1;

  private final Set<RotationId> promotions = new HashSet<>();
  private final List<RotationEvent> acknowledged = new ArrayList<>();
  private int rotations;
  private int pods;

  /** How often each thing was seen to happen, so that a run that shows nothing is noticed. */
  int finished;

  int cutAtDeadline;
  int fenced;
  int takeovers;
  boolean wild = true;

  Simulation(long seed) {
    this.random = new Random(seed);
    this.cluster = new FakeCluster(time, random);
    time.afterEach(this::atMostOneTermMayAct);
    cluster.onWrite(this::journalNeverGoesBack);
  }

  private VirtualTime.Host host() {
    return wild
        ? time.host(
            Duration.ofMinutes(random.nextInt(1_200) - 600), 0.98 + 0.04 * random.nextDouble())
        : time.host();
  }

  /** An agent that serves the secret. */
  final class Sidecar implements FleetListener {
    final VirtualTime.Host host = host();
    final FakeCluster.Client client = cluster.client(host);
    final Fleet fleet;
    final String pod = "app-" + pods++;
    int serves;
    int wanted;
    long reachableSince;

    Sidecar() {
      // First to be known, then to read: a rotator that does not know it would not wait for it.
      fleet = join(this, client, host, pod, Role.READER);
      serves = storeVersion;
      tell();
    }

    @Override
    public void news(SecretNews news) {
      int promoted = news.promoted().map(one -> Integer.parseInt(one.version())).orElse(0);
      if (promoted > Math.max(serves, wanted)) {
        wanted = promoted;
        host.after(some(JITTER), this::readStore);
      }
    }

    private void readStore() {
      if (storeVersion > serves) {
        serves = storeVersion;
        tell();
      }
    }

    private void tell() {
      fleet.report(Map.of(SECRET, new Held(Integer.toString(serves), 2, 2, List.of())));
    }
  }

  private Fleet join(
      FleetListener listener,
      FakeCluster.Client client,
      VirtualTime.Host host,
      String pod,
      Role role) {
    return Fleet.join(
        client,
        new AgentIdentity(
            NAMES, new Owner(pod, "uid-" + pod), role, "run-" + random.nextInt(1 << 20), "0.1.0"),
        listener,
        host,
        random);
  }

  /** An agent that rotates, one step at a time. */
  final class Rotator implements FleetListener, ElectionListener {
    final VirtualTime.Host host = host();
    final FakeCluster.Client client = cluster.client(host);
    final Fleet fleet;
    final String pod = "rotator-" + pods++;
    @Nullable Term term;
    @Nullable FleetJournal journal;
    final List<RotationEvent> events = new ArrayList<>();
    boolean asked;

    Rotator() {
      fleet = join(this, client, host, pod, Role.ROTATOR);
      fleet.stand(SECRET, Election.Timing.STANDARD, this);
    }

    @Override
    public void elected(Term begun) {
      term = begun;
      journal = null;
      takeovers++;
      host.after(Duration.ZERO, () -> work(begun));
    }

    @Override
    public void ended(Term over) {
      if (over.equals(term)) {
        term = null;
      }
    }

    /** One step of the engine, and then the next. */
    private void work(Term mine) {
      if (!mine.equals(term) || mine.isOver()) {
        return;
      }
      Duration next;
      try {
        next = step(mine);
      } catch (JournalException.Fenced over) {
        fenced++;
        // A stale writer of another Lease may have been here: the term still holds.
        journal = null;
        next = Duration.ofSeconds(1);
      } catch (JournalException.Unwritable | ClusterException later) {
        next = Duration.ofSeconds(1);
      }
      host.after(next, () -> work(mine));
    }

    private Duration step(Term mine) {
      FleetJournal open = journal;
      if (open == null) {
        open = fleet.journal(mine);
        journal = open;
        events.clear();
        events.addAll(open.recovered());
      }
      Optional<RotationId> running = running();
      if (running.isEmpty()) {
        if (asked) {
          asked = false;
          record(open, plan());
        }
        return Duration.ofMillis(500);
      }
      return advance(open, mine, running.get());
    }

    private RotationEvent plan() {
      return JournalEvents.planned(
          new RotationId(new UUID(0x2000, rotations++)),
          "compromised",
          Integer.toString(storeVersion));
    }

    private Duration advance(FleetJournal open, Term mine, RotationId id) {
      switch ((int) stepsDone(id)) {
        case 0 -> act(open, mine, JournalEvents.done(id, "issue"));
        case 1 -> {
          open.requireCurrent();
          // As a store does: the same rotation promotes once, however often it is asked.
          if (mine.mayAct() && promotions.add(id)) {
            storeVersion++;
          }
          record(open, JournalEvents.promoted(id, Integer.toString(storeVersion)));
          propagatedFrom = host.nanos();
        }
        case 2 -> propagate(open, id);
        case 3 -> act(open, mine, JournalEvents.done(id, "revoke"));
        case 4 -> act(open, mine, JournalEvents.done(id, "prove"));
        default -> {
          act(open, mine, JournalEvents.done(id, "finish"));
          finished++;
        }
      }
      return some(Duration.ofMillis(400));
    }

    private long propagatedFrom;

    private void propagate(FleetJournal open, RotationId id) {
      String version = Integer.toString(storeVersion);
      boolean late = host.nanos() - propagatedFrom > DEADLINE.toNanos();
      boolean all =
          fleet.lagging(SECRET, version).isEmpty() && fleet.laggingNow(SECRET, version).isEmpty();
      if (all && !late) {
        nobodyWhoCouldAnswerLags(host);
      }
      if (all || late) {
        cutAtDeadline += late ? 1 : 0;
        record(open, JournalEvents.done(id, "propagate"));
      }
    }

    private void act(FleetJournal open, Term mine, RotationEvent outcome) {
      open.requireCurrent();
      assertThat(mine.mayAct()).isTrue();
      record(open, outcome);
    }

    private void record(FleetJournal open, RotationEvent event) {
      open.append(event);
      events.add(event);
      acknowledged.add(event);
    }

    private long stepsDone(RotationId id) {
      return events.stream()
          .filter(event -> event.rotation().equals(id))
          .filter(event -> event.fact() == RotationEvent.Fact.DONE)
          .count();
    }

    private Optional<RotationId> running() {
      return events.stream()
          .map(RotationEvent::rotation)
          .distinct()
          .filter(id -> stepsDone(id) < 6)
          .findFirst();
    }
  }

  private Duration some(Duration most) {
    return Duration.ofNanos((long) (most.toNanos() * random.nextDouble()));
  }

  /** I7. */
  private void atMostOneTermMayAct() {
    int acting = 0;
    for (Rotator rotator : rotators) {
      Term term = rotator.term;
      if (!rotator.host.dead() && term != null && term.mayAct()) {
        acting++;
      }
    }
    if (acting > 1) {
      throw new AssertionError(acting + " terms may act at one time");
    }
  }

  private void journalNeverGoesBack(@Nullable ClusterObject before, ClusterObject after) {
    if (after.kind() != Kind.CONFIG_MAP || before == null) {
      return;
    }
    JournalPage old = JournalPage.read(before);
    JournalPage now = JournalPage.read(after);
    assertThat(now.fence().term())
        .as("a former rotator's write has landed")
        .isGreaterThanOrEqualTo(old.fence().term());
    assertThat(now.revision()).isGreaterThan(old.revision());
    if (now.fence().term() == old.fence().term()) {
      assertThat(now.fence()).isEqualTo(old.fence());
    }
  }

  /** Every sidecar that could have told for the last while holds the version. */
  private void nobodyWhoCouldAnswerLags(VirtualTime.Host asker) {
    long patience = (long) (AgentLease.DURATION.toNanos() * 0.9);
    for (Sidecar sidecar : sidecars) {
      boolean reachable =
          !sidecar.host.dead()
              && !sidecar.client.way.cut
              && !sidecar.host.stopped()
              && time.now() - sidecar.reachableSince > patience;
      if (reachable && sidecar.serves < storeVersion && !asker.stopped()) {
        throw new AssertionError(
            sidecar.pod
                + " serves "
                + sidecar.serves
                + " and was counted as holding "
                + storeVersion);
      }
    }
  }

  /** Starts so many agents. */
  void start(int readers, int standing) {
    for (int i = 0; i < standing; i++) {
      rotators.add(new Rotator());
    }
    for (int i = 0; i < readers; i++) {
      sidecars.add(new Sidecar());
    }
  }

  void ask() {
    rotators.forEach(rotator -> rotator.asked = true);
  }

  /** Bad weather for each of them, from now on. */
  void weather() {
    for (Sidecar sidecar : sidecars) {
      weather(sidecar.client.way);
    }
    for (Rotator rotator : rotators) {
      weather(rotator.client.way);
    }
  }

  private void weather(FakeCluster.Way way) {
    way.latency = Duration.ofMillis(random.nextInt(800));
    way.lostAnswers = random.nextDouble() * 0.1;
    way.lateWrites = random.nextDouble() * 0.05;
    way.eventDelay = Duration.ofMillis(random.nextInt(4_000));
    way.droppedEvents = random.nextDouble() * 0.2;
  }

  /** Something bad happens to somebody. */
  void harm() {
    Rotator rotator = rotators.get(random.nextInt(rotators.size()));
    Sidecar sidecar = sidecars.get(random.nextInt(sidecars.size()));
    switch (random.nextInt(9)) {
      case 0 -> rotator.host.stopFor(Duration.ofSeconds(random.nextInt(60)));
      case 1 -> cutFor(rotator.client.way, Duration.ofSeconds(random.nextInt(60)));
      case 2 -> {
        rotator.host.kill();
        rotators.set(rotators.indexOf(rotator), new Rotator());
        weather(rotators.getLast().client.way);
      }
      case 3 -> {
        sidecar.host.stopFor(Duration.ofSeconds(random.nextInt(90)));
        sidecar.reachableSince = time.now() + Duration.ofSeconds(90).toNanos();
      }
      case 4 -> {
        Duration length = Duration.ofSeconds(random.nextInt(300));
        sidecar.reachableSince = time.now() + length.toNanos();
        cutFor(sidecar.client.way, length);
      }
      case 5 -> {
        sidecar.host.kill();
        sidecars.set(sidecars.indexOf(sidecar), new Sidecar());
      }
      case 6 -> cluster.expireHistory();
      case 7 -> {
        cluster.away(true);
        time.world(
            Duration.ofSeconds(random.nextInt(40)),
            () -> {
              cluster.away(false);
              long now = time.now();
              sidecars.forEach(one -> one.reachableSince = Math.max(one.reachableSince, now));
            });
      }
      default -> {
        Rotator ends = rotator;
        ends.host.after(Duration.ZERO, ends.fleet::stop);
        time.world(Duration.ofSeconds(6), ends.host::kill);
        rotators.set(rotators.indexOf(rotator), new Rotator());
      }
    }
  }

  private void cutFor(FakeCluster.Way way, Duration length) {
    way.cut = true;
    time.world(length, () -> way.cut = false);
  }

  /** Everything works again from now on. */
  void heal() {
    cluster.away(false);
    sidecars.forEach(one -> fine(one.client.way));
    rotators.forEach(one -> fine(one.client.way));
  }

  private static void fine(FakeCluster.Way way) {
    way.cut = false;
    way.latency = Duration.ofMillis(20);
    way.lostAnswers = 0;
    way.lateWrites = 0;
    way.eventDelay = Duration.ofMillis(50);
    way.droppedEvents = 0;
  }

  void everybodyServesWhatWasPromotedLast() {
    assertThat(sidecars)
        .filteredOn(one -> !one.host.dead())
        .allMatch(one -> one.serves == storeVersion, "serves version " + storeVersion);
  }

  /** What append said was written is there, once and in its order. */
  void theJournalHoldsWhatItPromised() {
    ClusterObject object = cluster.object(Kind.CONFIG_MAP, NAMES.journal(SECRET)).orElseThrow();
    List<RotationEvent> kept = JournalPage.read(object).events();
    assertThat(kept).containsAll(acknowledged).doesNotHaveDuplicates();
  }

  void end() {
    sidecars.forEach(one -> one.host.kill());
    rotators.forEach(one -> one.host.kill());
  }
}
