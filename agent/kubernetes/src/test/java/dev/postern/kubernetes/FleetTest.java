package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who is there, and what they hold. */
final class FleetTest extends FleetScene {
  @Test
  void anAgentIsSeenWithWhatItHoldsAndGoesWithItsPod() {
    reader("app-1").holds("7", 2, 1);
    soon();

    assertThat(lease("app-1").owner()).contains(new Owner("app-1", "uid-of-app-1"));
    assertThat(rotator.fleet.members())
        .extracting(FleetMember::pod)
        .containsExactly("app-1", "rotator-0");
    assertThat(lagging("7")).containsExactly("app-1: 1 consumers lag");
    assertThat(lagging("8")).containsExactly("app-1: serves version 7");
  }

  @Test
  void anAcknowledgementOfAllConsumersCountsForThatVersionOnly() {
    Agent app = reader("app-1");
    app.holds("7", 2, 2);
    soon();
    assertThat(lagging("7")).isEmpty();
    assertThat(lagging("8")).isNotEmpty();

    app.holds("8", 2, 0);
    soon();
    assertThat(lagging("7")).isNotEmpty();
    assertThat(lagging("8")).containsExactly("app-1: 2 consumers lag");
  }

  @Test
  void anAgentThatDoesNotServeTheSecretIsNotWaitedFor() {
    reader("app-1").fleet.report(Map.of("other", new Held("1", 1, 1, List.of())));
    soon();

    assertThat(lagging("8")).isEmpty();
  }

  @Test
  void anAgentThatDoesNotSayWhatItHoldsCountsAsNotAcknowledged() {
    older("app-old", "0.0.9", Map.of());
    older("app-new", "9.0.0", Map.of("postern.dev/holds", "[\"of a newer form\"]", "x", "y"));
    soon();

    assertThat(lagging("7"))
        .containsExactly(
            "app-new: does not say what it holds (Postern 9.0.0)",
            "app-old: does not say what it holds (Postern 0.0.9)");
  }

  private void older(String pod, String version, Map<String, String> notes) {
    Map<String, String> all = new TreeMap<>(notes);
    all.put(FleetNames.VERSION_KEY, version);
    cluster.edit(
        ClusterObject.fresh(Kind.LEASE, NAMES.agent(pod), NAMES.labels(FleetNames.READER_ROLE))
            .withOwner(new Owner(pod, "uid"))
            .withAnnotations(all)
            .withLease(
                new LeaseSpec(pod, Duration.ofMinutes(3), Optional.empty(), Optional.empty(), 0)));
  }

  @Test
  void anAgentThatVanishesIsWaitedForUntilItsLeaseIsOverAndNotLonger() {
    Agent app = reader("app-1");
    app.holds("7", 1, 1);
    soon();
    app.host.kill();

    time.runFor(Duration.ofSeconds(100));
    assertThat(lagging("8")).as("may be there still").isNotEmpty();
    int before = rotator.memberChanges;
    time.runFor(Duration.ofSeconds(90));

    assertThat(lagging("8")).isEmpty();
    assertThat(rotator.memberChanges).as("the rotator was told").isGreaterThan(before);
  }

  @Test
  void aLeaseThatLiesAboutIsNoSignOfLifeHoweverOftenItIsListed() {
    Agent app = reader("app-1");
    app.holds("7", 1, 1);
    soon();
    app.host.kill();

    for (int minute = 0; minute < 4; minute++) {
      time.runFor(Duration.ofMinutes(1));
      cluster.expireHistory();
    }

    assertThat(lagging("8")).isEmpty();
  }

  @Test
  void anAgentThatEndsOrderlyOrWhosePodIsDeletedIsNotWaitedForAtAll() {
    Agent first = reader("app-1");
    Agent second = reader("app-2");
    first.holds("7", 1, 1);
    second.holds("7", 1, 1);
    soon();

    first.host.after(Duration.ZERO, first.fleet::stop);
    second.host.kill();
    cluster.remove(Kind.LEASE, NAMES.agent("app-2"));
    soon();

    assertThat(lagging("8")).isEmpty();
    assertThat(rotator.fleet.members()).extracting(FleetMember::pod).containsExactly("rotator-0");
  }

  @Test
  void eventsThatComeInAnyOrderLeaveTheLatestWord() {
    Agent app = reader("app-1");
    app.holds("0", 1, 1);
    soon();
    rotator.client.way.eventDelay = Duration.ofSeconds(20);
    for (int version = 1; version <= 30; version++) {
      app.holds(Integer.toString(version), 1, 1);
      time.runFor(Duration.ofMillis(700));
      // What was acknowledged once is not, while the agent serves something else.
      assertThat(lagging(Integer.toString(version + 1))).isNotEmpty();
    }
    time.runFor(Duration.ofSeconds(25));

    assertThat(lagging("30")).isEmpty();
  }

  @Test
  void eventsThatNeverComeAreMadeUpForByTheNextWholeList() {
    rotator.client.way.droppedEvents = 0.9;
    Agent app = reader("app-1");
    for (int version = 1; version <= 10; version++) {
      app.holds(Integer.toString(version), 1, 1);
      time.runFor(Duration.ofSeconds(5));
    }
    time.runFor(Duration.ofSeconds(50));

    assertThat(lagging("10")).isEmpty();
  }

  @Test
  void anExpiredHistoryBringsTheWholeListAndLosesNobody() {
    Agent app = reader("app-1");
    app.holds("7", 1, 1);
    soon();
    rotator.client.way.cut = true;
    app.holds("8", 1, 1);
    time.runFor(Duration.ofSeconds(20));
    assertThat(lagging("8")).isNotEmpty();

    rotator.client.way.cut = false;
    cluster.expireHistory();
    soon();

    assertThat(lagging("8")).isEmpty();
    assertThat(rotator.fleet.members()).hasSize(2);
  }

  @Test
  void aListAskedForTellsOfAnAgentOfWhichNoEventHasCome() {
    rotator.client.way.eventDelay = Duration.ofMinutes(10);
    reader("app-1").holds("7", 1, 1);
    soon();
    assertThat(lagging("8")).isEmpty();

    List<Laggard> now = new ArrayList<>();
    rotator.host.after(Duration.ZERO, () -> now.addAll(rotator.fleet.laggingNow(SECRET, "8")));
    soon();

    assertThat(now).containsExactly(new Laggard("app-1", "serves version 7"));
  }

  @Test
  void aListThatBeganBeforeAPodWasDeletedDoesNotBringItBack() {
    reader("app-1").holds("7", 1, 1);
    soon();
    rotator.client.way.latency = Duration.ofSeconds(2);
    List<Laggard> now = new ArrayList<>();
    rotator.host.after(
        Duration.ZERO,
        () -> {
          List<ClusterObject> before = cluster.objects();
          cluster.remove(Kind.LEASE, NAMES.agent("app-1"));
          rotator.host.block(Duration.ofSeconds(1));
          rotator.fleet.listed(before);
          now.addAll(rotator.fleet.lagging(SECRET, "8"));
        });
    soon();

    assertThat(now).isEmpty();
  }

  @Test
  void aLeaseThatNamesNoDurationIsWaitedForLikeAnyOther() {
    cluster.edit(
        ClusterObject.fresh(Kind.LEASE, NAMES.agent("app-odd"), NAMES.labels("reader"))
            .withLease(
                new LeaseSpec("app-odd", Duration.ZERO, Optional.empty(), Optional.empty(), 0)));
    soon();

    assertThat(lagging("7")).hasSize(1);
  }

  @Test
  void anAgentSaysGoodbyeThoughSomebodyHasJustTouchedItsLease() {
    Agent app = reader("app-1");
    app.holds("7", 1, 1);
    soon();
    cluster.edit(lease("app-1").withAnnotations(lease("app-1").annotations()));
    app.host.after(Duration.ZERO, app.fleet::stop);
    soon();

    assertThat(lagging("8")).isEmpty();
  }

  @Test
  void theEndOfAnAgentThatStandsForManySecretsDoesNotWaitForEachOfThemWhenTheApiIsAway() {
    for (int i = 0; i < 100; i++) {
      rotator.fleet.stand(
          "secret-" + i,
          Election.Timing.STANDARD,
          new ElectionListener() {
            @Override
            public void elected(Term term) {}

            @Override
            public void ended(Term term) {}
          });
    }
    time.runFor(Duration.ofMinutes(1));
    cluster.away(true);
    boolean[] ended = {false};
    rotator.host.after(
        Duration.ZERO,
        () -> {
          rotator.fleet.stop();
          ended[0] = true;
        });
    time.runFor(Duration.ofMillis(1));

    assertThat(ended[0]).isTrue();
    time.runFor(Duration.ofSeconds(10));
  }

  @Test
  void podsThatComeAndGoAreSeenAsTheyAre() {
    List<Agent> apps = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Agent app = reader("app-" + i);
      app.holds("7", 1, 1);
      apps.add(app);
      time.runFor(Duration.ofMillis(random.nextInt(500)));
      if (random.nextBoolean()) {
        Agent gone = apps.remove(random.nextInt(apps.size()));
        gone.host.kill();
        cluster.remove(Kind.LEASE, NAMES.agent(gone.pod));
      }
    }
    soon();

    assertThat(rotator.fleet.members()).hasSize(apps.size() + 1);
    assertThat(lagging("8")).hasSize(apps.size());
  }

  @Test
  void aRestartedAgentGoesOnWithItsLeaseAndItsWordCountsAtOnce() {
    Agent first = reader("app-1");
    first.holds("7", 1, 1);
    time.runFor(Duration.ofMinutes(5));
    first.host.kill();

    Agent again = new Agent("app-1", Role.READER, "run-2");
    again.holds("8", 1, 1);
    soon();

    assertThat(lagging("8")).isEmpty();
    assertThat(lagging("7")).isNotEmpty();
  }

  @Test
  void manyChangesAtOnceAreOneOrTwoWritesAndRestIsAHeartbeat() {
    Agent app = reader("app-1");
    soon();
    time.runFor(Duration.ofSeconds(5));
    cluster.forgetCalls();
    for (int i = 0; i < 100; i++) {
      app.holds("7", 100, i);
    }
    soon();
    assertThat(cluster.callsInAll()).isLessThanOrEqualTo(2);
    assertThat(lagging("7")).containsExactly("app-1: 1 consumers lag");

    cluster.forgetCalls();
    time.runFor(Duration.ofHours(1));
    assertThat(cluster.calls()).containsOnlyKeys("update");
    assertThat(cluster.callsInAll()).as("two agents").isBetween(114, 126);
  }

  @Test
  void aLeaseTouchedByAPersonKeepsWhatThePersonWrote() {
    Agent app = reader("app-1");
    soon();
    Map<String, String> notes = new TreeMap<>(lease("app-1").annotations());
    notes.put("example.com/note", "hi");
    cluster.edit(lease("app-1").withAnnotations(notes));

    app.holds("7", 1, 1);
    soon();

    assertThat(lease("app-1").annotations()).containsEntry("example.com/note", "hi");
    assertThat(lagging("7")).isEmpty();
  }

  @Test
  void aLeaseThatWasDeletedUnderALivingAgentComesBack() {
    Agent app = reader("app-1");
    app.holds("7", 1, 1);
    soon();
    cluster.remove(Kind.LEASE, NAMES.agent("app-1"));

    time.runFor(Duration.ofSeconds(70));

    assertThat(lagging("8")).isNotEmpty();
  }
}
