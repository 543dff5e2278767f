package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.kubernetes.api.ClusterListener;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ElectionTest {
  private static final FleetNames NAMES = new FleetNames("prod-eu");
  private static final String SECRET = "sending-key";
  private static final String LEASE = NAMES.election(SECRET);
  private static final Duration LEASE_AND_RETRY = Duration.ofSeconds(19);

  private final VirtualTime time = new VirtualTime();
  private final Random random = new Random(7);
  private final FakeCluster cluster = new FakeCluster(time, random);
  private final List<Candidate> candidates = new ArrayList<>();

  /** One rotator that stands, and what it was told. */
  private final class Candidate implements ElectionListener {
    final VirtualTime.Host host;
    final FakeCluster.Client client;
    final Election election;
    final List<Term> terms = new ArrayList<>();
    int ended;

    Candidate(String name, Duration skew) {
      host = time.host(skew, 1);
      client = cluster.client(host);
      election =
          new Election(
              client,
              new Election.Candidacy(NAMES, SECRET, name, Election.Timing.STANDARD),
              this,
              host,
              random);
      candidates.add(this);
      election.start();
    }

    @Override
    public void elected(Term term) {
      terms.add(term);
    }

    @Override
    public void ended(Term term) {
      assertThat(term.isOver()).isTrue();
      ended++;
    }

    boolean mayAct() {
      return !host.dead() && terms.stream().anyMatch(Term::mayAct);
    }

    void listen() {
      client.watch(
          Kind.LEASE,
          Map.of(),
          new ClusterListener() {
            @Override
            public void listed(List<ClusterObject> all) {
              all.forEach(election::saw);
            }

            @Override
            public void upserted(ClusterObject object) {
              election.saw(object);
            }

            @Override
            public void deleted(ClusterObject object) {}
          });
    }
  }

  @BeforeEach
  void atMostOneMayActAtAnyMoment() {
    time.afterEach(
        () ->
            assertThat(candidates.stream().filter(Candidate::mayAct).count())
                .as("rotators that may act")
                .isLessThanOrEqualTo(1));
  }

  private Candidate candidate(String name) {
    return new Candidate(name, Duration.ZERO);
  }

  private Candidate elected(String name) {
    Candidate candidate = candidate(name);
    time.runUntil(candidate::mayAct, Duration.ofSeconds(40), name + " is elected");
    return candidate;
  }

  @Test
  void oneOfThreeIsElectedAndStaysForADay() {
    List<Candidate> three = List.of(candidate("a"), candidate("b"), candidate("c"));
    time.runFor(Duration.ofSeconds(40));
    Candidate first = three.stream().filter(Candidate::mayAct).findFirst().orElseThrow();

    time.afterEach(() -> assertThat(first.mayAct()).isTrue());
    time.runFor(Duration.ofDays(1));

    assertThat(three.stream().mapToInt(one -> one.terms.size()).sum()).isEqualTo(1);
  }

  @Test
  void clocksThatDifferByHoursMakeNoDifference() {
    Candidate slow = new Candidate("slow", Duration.ofHours(-5));
    time.runUntil(slow::mayAct, Duration.ofSeconds(40), "the first is elected");
    Candidate fast = new Candidate("fast", Duration.ofHours(7));

    time.runFor(Duration.ofHours(1));
    assertThat(fast.terms).isEmpty();
    assertThat(slow.mayAct()).isTrue();

    slow.host.kill();
    time.runUntil(fast::mayAct, LEASE_AND_RETRY.multipliedBy(2), "the other takes over");
  }

  @Test
  void aRotatorThatWakesUpAfterItsLeaseHasGoneMayNotActAndLearnsThatItsTermIsOver() {
    Candidate sleeper = elected("sleeper");
    Candidate other = candidate("other");
    time.runFor(Duration.ofSeconds(5));

    sleeper.host.stopFor(Duration.ofMinutes(2));
    time.runUntil(other::mayAct, LEASE_AND_RETRY.multipliedBy(2), "the other takes over");
    assertThat(sleeper.terms.getFirst().mayAct()).isFalse();
    assertThat(sleeper.terms.getFirst().isOver()).isFalse();

    time.runFor(Duration.ofMinutes(3));
    assertThat(sleeper.terms.getFirst().isOver()).isTrue();
    assertThat(sleeper.ended).isEqualTo(1);
    assertThat(other.terms.getFirst().number()).isGreaterThan(sleeper.terms.getFirst().number());
  }

  @Test
  void aSuspendedMachineWhoseMonotonicClockStoodStillMayNotActEither() {
    long[] nanos = {0};
    Duration[] wall = {Duration.ZERO};
    VirtualTime.Host host = time.host();
    FleetTime suspended =
        new FleetTime() {
          @Override
          public java.time.Instant instant() {
            return host.instant().plus(wall[0]);
          }

          @Override
          public long nanos() {
            return nanos[0];
          }

          @Override
          public Wakeup after(Duration delay, Runnable task) {
            return host.after(delay, task);
          }
        };
    Term term =
        new Term(
            new Election.Candidacy(NAMES, SECRET, "a", Election.Timing.STANDARD),
            "uid",
            1,
            suspended,
            0);

    nanos[0] = Duration.ofSeconds(1).toNanos();
    wall[0] = Duration.ofMinutes(30);

    assertThat(term.mayAct()).isFalse();
  }

  @Test
  void aWatchMakesATakeoverAsFastAsTheLeaseAllows() {
    Candidate first = elected("first");
    Candidate second = candidate("second");
    second.listen();
    time.runFor(Duration.ofSeconds(33));

    first.host.kill();
    long killed = time.now();
    time.runUntil(second::mayAct, LEASE_AND_RETRY, "the other takes over");

    assertThat(Duration.ofNanos(time.now() - killed)).isGreaterThan(Duration.ofSeconds(10));
  }

  @Test
  void whoeverOnlyWaitsAsksNothingWhileAWatchTells() {
    elected("first");
    Candidate second = candidate("second");
    second.listen();
    time.runFor(Duration.ofMinutes(1));
    cluster.forgetCalls();

    time.runFor(Duration.ofHours(1));

    // The holder alone: a renewal every four seconds.
    assertThat(cluster.calls()).containsOnlyKeys("update");
    assertThat(cluster.calls().get("update")).isBetween(850, 950);
  }

  @Test
  void anOrderlyEndGivesTheLeaseBackAndTheNextOneHasItAtOnce() {
    Candidate first = elected("first");
    Candidate second = candidate("second");
    second.listen();
    time.runFor(Duration.ofSeconds(20));

    first.host.after(Duration.ZERO, first.election::stop);
    time.runUntil(second::mayAct, Duration.ofSeconds(2), "the other has it at once");

    assertThat(first.terms.getFirst().isOver()).isTrue();
    assertThat(first.ended).isEqualTo(1);
  }

  @Test
  void whenTheApiIsAwayNobodyActsAndTheSameTermGoesOnAfterwards() {
    Candidate holder = elected("holder");
    Candidate other = candidate("other");
    time.runFor(Duration.ofSeconds(20));

    cluster.away(true);
    time.runFor(Duration.ofSeconds(16));
    assertThat(holder.mayAct()).isFalse();
    cluster.away(false);
    time.runUntil(holder::mayAct, Duration.ofSeconds(10), "the holder goes on");

    assertThat(holder.terms).hasSize(1);
    assertThat(other.terms).isEmpty();
  }

  @Test
  void aHolderThatIsCutOffLosesTheLeaseToOneThatIsNot() {
    Candidate holder = elected("holder");
    Candidate other = candidate("other");
    time.runFor(Duration.ofSeconds(20));

    holder.client.way.cut = true;
    time.runUntil(other::mayAct, LEASE_AND_RETRY.multipliedBy(2), "the other takes over");
    holder.client.way.cut = false;
    time.runUntil(() -> holder.ended == 1, Duration.ofSeconds(20), "the first learns of it");

    assertThat(holder.mayAct()).isFalse();
  }

  @Test
  void aRenewalWhoseAnswerWasLostCostsNoTerm() {
    Candidate holder = elected("holder");
    Term term = holder.terms.getFirst();

    for (int i = 0; i < 20; i++) {
      holder.client.way.next = FakeCluster.Fault.ANSWER_LOST;
      time.runFor(Duration.ofSeconds(20));
    }

    assertThat(holder.terms).containsExactly(term);
    assertThat(term.mayAct()).isTrue();
  }

  @Test
  void anElectionWhoseAnswerWasLostIsNoticedAndOneTermComesOfIt() {
    Candidate candidate = candidate("candidate");
    candidate.client.way.next = FakeCluster.Fault.ANSWER_LOST;

    time.runUntil(candidate::mayAct, Duration.ofMinutes(1), "it finds itself elected");

    assertThat(candidate.terms).hasSize(1);
    assertThat(spec().holder()).isEqualTo("candidate");
  }

  @Test
  void aRenewalThatLandsHalfAMinuteLateDoesNotTakeTheLeaseBack() {
    Candidate late = elected("late");
    Candidate other = candidate("other");
    time.runFor(Duration.ofSeconds(20));

    late.client.way.next = FakeCluster.Fault.LATE;
    time.runFor(Duration.ofSeconds(5));
    late.client.way.cut = true;
    time.runUntil(other::mayAct, LEASE_AND_RETRY.multipliedBy(2), "the other takes over");
    time.runFor(Duration.ofMinutes(1));

    assertThat(spec().holder()).isEqualTo("other");
    assertThat(other.mayAct()).isTrue();
  }

  @Test
  void aPersonsAnnotationNeitherEndsATermNorKeepsADeadOneAlive() {
    Candidate holder = elected("holder");
    annotate("one");
    time.runFor(Duration.ofSeconds(10));
    assertThat(holder.terms).hasSize(1);
    assertThat(holder.mayAct()).isTrue();

    Candidate other = candidate("other");
    time.runFor(Duration.ofSeconds(20));
    holder.host.kill();
    for (int i = 0; i < 10; i++) {
      time.runFor(Duration.ofSeconds(4));
      annotate("again " + i);
    }
    assertThat(other.mayAct()).isTrue();
  }

  @Test
  void aLeaseDeletedByAPersonMakesNoSecondRotator() {
    Candidate holder = elected("holder");
    candidate("other");
    candidate("fresh");
    time.runFor(Duration.ofSeconds(20));

    cluster.remove(Kind.LEASE, LEASE);
    time.runUntil(
        () ->
            candidates.stream()
                    .anyMatch(one -> one.mayAct() && one.terms.size() > 0 && !one.equals(holder))
                || holder.terms.size() > 1,
        Duration.ofMinutes(2),
        "somebody is elected anew");

    assertThat(holder.terms.getFirst().isOver()).isTrue();
  }

  @Test
  void aLeaseOfAnotherInstallationsSecretIsLeftAlone() {
    // "prod" with "eu-sending-key" has the same object name.
    FleetNames twin = new FleetNames("prod");
    assertThat(twin.election("eu-sending-key")).isEqualTo(LEASE);
    cluster.edit(
        ClusterObject.fresh(
                Kind.LEASE, LEASE, twin.labels(FleetNames.ELECTION_ROLE, "eu-sending-key"))
            .withLease(
                new LeaseSpec(
                    "",
                    Duration.ofSeconds(15),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    4)));

    Candidate candidate = candidate("candidate");
    time.runFor(Duration.ofMinutes(5));

    assertThat(candidate.terms).isEmpty();
    assertThat(spec().holder()).isEmpty();
  }

  private LeaseSpec spec() {
    return cluster.object(Kind.LEASE, LEASE).orElseThrow().lease().orElseThrow();
  }

  private void annotate(String text) {
    ClusterObject lease = cluster.object(Kind.LEASE, LEASE).orElseThrow();
    cluster.edit(lease.withAnnotations(Map.of("example.com/note", text)));
  }
}
