package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.journal.RotationEvent;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class FleetTest {
  private static final FleetNames NAMES = new FleetNames("prod-eu");
  private static final String SECRET = "sending-key";

  private final VirtualTime time = new VirtualTime();
  private final Random random = new Random(7);
  private final FakeCluster cluster = new FakeCluster(time, random);

  /** One agent, and what it was told. */
  private final class Agent implements FleetListener {
    final VirtualTime.Host host = time.host();
    final FakeCluster.Client client = cluster.client(host);
    final List<SecretNews> news = new ArrayList<>();
    final List<FleetRequest> requests = new ArrayList<>();
    final Fleet fleet;
    final String pod;
    int memberChanges;

    Agent(String pod, Role role) {
      this(pod, role, "run-1");
    }

    Agent(String pod, Role role, String run) {
      this.pod = pod;
      fleet =
          Fleet.join(
              client,
              new AgentIdentity(NAMES, new Owner(pod, "uid-of-" + pod), role, run, "0.1.0"),
              this,
              host,
              random);
    }

    void holds(String version, int consumers, int acknowledged) {
      fleet.report(Map.of(SECRET, new Held(version, consumers, acknowledged, List.of())));
    }

    @Override
    public void news(SecretNews told) {
      news.add(told);
    }

    @Override
    public void membersChanged() {
      memberChanges++;
    }

    @Override
    public void requested(FleetRequest request) {
      requests.add(request);
    }
  }

  private final Agent rotator = new Agent("rotator-0", Role.ROTATOR);

  private Agent reader(String pod) {
    return new Agent(pod, Role.READER);
  }

  private List<String> lagging(String version) {
    return rotator.fleet.lagging(SECRET, version).stream()
        .map(one -> one.pod() + ": " + one.why())
        .toList();
  }

  private void soon() {
    time.runFor(Duration.ofSeconds(3));
  }

  private ClusterObject lease(String pod) {
    return cluster.object(Kind.LEASE, NAMES.agent(pod)).orElseThrow();
  }

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

  @Test
  void aRequestAtAnyAgentReachesTheRotatorAndIsTakenAwayWhenItIsSettled() {
    Agent app = reader("app-1");
    FleetRequest request = request("r-1");
    app.fleet.ask(request);
    soon();
    assertThat(rotator.requests).contains(request);
    assertThat(rotator.fleet.requests()).containsExactly(request);

    rotate(journal -> journal.settle(request, "rotation 1"));
    soon();

    assertThat(app.fleet.news(SECRET).orElseThrow().settled()).containsEntry("r-1", "rotation 1");
    assertThat(rotator.fleet.requests()).isEmpty();
    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
  }

  @Test
  void aRequestOutlivesTheAgentAtWhichItWasAsked() {
    Agent app = reader("app-1");
    FleetRequest request = request("r-1");
    app.fleet.ask(request);
    soon();
    app.host.kill();
    Agent again = new Agent("app-1", Role.READER, "run-2");
    soon();
    assertThat(FleetRequests.read(lease("app-1").annotations())).containsExactly(request);

    rotate(journal -> journal.settle(request, "rotation 1"));
    soon();

    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
    assertThat(again.fleet.news(SECRET)).isPresent();
  }

  @Test
  void requestsForManySecretsThatAreAnsweredAtOnceAreAllTakenAway() {
    Agent app = reader("app-1");
    app.fleet.ask(request("r-1", "one"));
    app.fleet.ask(request("r-2", "two"));
    soon();
    assertThat(FleetRequests.read(lease("app-1").annotations())).hasSize(2);

    rotate("one", journal -> journal.settle(request("r-1", "one"), "rotation 1"));
    rotate("two", journal -> journal.settle(request("r-2", "two"), "rotation 2"));
    soon();

    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
  }

  @Test
  void whatIsAskedForManySecretsComesInParts() {
    Agent app = reader("app-1");
    for (int i = 0; i < 500; i++) {
      app.fleet.ask(request("r-" + i, "secret-" + i));
    }
    int answered = 0;
    while (answered < 500) {
      soon();
      int bytes =
          lease("app-1").annotations().entrySet().stream()
              .mapToInt(note -> note.getKey().length() + note.getValue().length())
              .sum();
      assertThat(bytes).as("all annotations of an object").isLessThan(256 * 1024);
      List<FleetRequest> asked = FleetRequests.read(lease("app-1").annotations());
      assertThat(asked).isNotEmpty();
      asked.forEach(one -> rotate(one.secret(), journal -> journal.settle(one, "rotation")));
      answered += asked.size();
    }
    soon();

    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
    assertThat(rotator.requests.stream().map(FleetRequest::id).distinct()).hasSize(500);
  }

  @Test
  void anAgentOfManySecretsThatAllLagStillSaysWhatItHolds() {
    Map<String, Held> holds = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      List<String> lagging = java.util.Collections.nCopies(20, "uid 1000 pid 4711 (" + i + ")");
      holds.put("secret-" + i, new Held("7", 30, 10, lagging));
    }
    reader("app-1").fleet.report(holds);
    soon();

    assertThat(lease("app-1").annotations().getOrDefault(FleetNames.HOLDS, ""))
        .hasSizeLessThan(64 * 1024);
    assertThat(rotator.fleet.lagging("secret-599", "7"))
        .containsExactly(new Laggard("app-1", "20 consumers lag"));
  }

  private static FleetRequest request(String id) {
    return request(id, SECRET);
  }

  private static FleetRequest request(String id, String secret) {
    return new FleetRequest(
        id,
        secret,
        "compromised",
        "seen on \"GitHub\"\nat night",
        "uid 0",
        Optional.of(Duration.ofSeconds(60)),
        Optional.of("overlap"),
        Optional.of("batch-1"),
        Instant.parse("2026-01-02T03:04:05Z"));
  }

  @Test
  void anAnnotationOnTheJournalIsARequest() {
    rotate(journal -> {});
    ClusterObject journal = journal();
    cluster.edit(journal.withAnnotations(Map.of(FleetNames.ROTATE, "compromised")));
    soon();

    assertThat(rotator.requests).extracting(FleetRequest::cause).containsExactly("compromised");
    assertThat(rotator.requests.getFirst().secret()).isEqualTo(SECRET);
  }

  private ClusterObject journal() {
    return cluster.object(Kind.CONFIG_MAP, NAMES.journal(SECRET)).orElseThrow();
  }

  @Test
  void aPromotionReachesEveryAgentByPushAndTellsWhatIsTainted() {
    Agent app = reader("app-1");
    rotate(
        journal -> {
          journal.append(JournalEvents.planned(JournalEvents.rotation(1), "compromised", "7"));
          journal.append(JournalEvents.promoted(JournalEvents.rotation(1), "8"));
        });
    soon();

    SecretNews last = app.news.getLast();
    assertThat(last.promoted().orElseThrow().version()).isEqualTo("8");
    assertThat(last.tainted()).containsExactly("7");
    assertThat(last.running()).containsExactly(JournalEvents.rotation(1));
  }

  @Test
  void journalEventsInAnyOrderNeverLeadBack() {
    Agent app = reader("app-1");
    app.client.way.eventDelay = Duration.ofSeconds(9);
    rotate(
        journal -> {
          for (int number = 1; number <= 8; number++) {
            JournalEvents.whole(number, 3).forEach(journal::append);
          }
        });
    time.runFor(Duration.ofSeconds(12));

    assertThat(app.news)
        .isSortedAccordingTo(java.util.Comparator.comparingLong(SecretNews::revision));
    assertThat(app.news.getLast().promoted().orElseThrow().version()).isEqualTo("9");
    assertThat(app.news.getLast().running()).isEmpty();
  }

  @Test
  void aJournalThatCannotBeReadIsNoNewsAndTheNextSoundOneIs() {
    Agent app = reader("app-1");
    rotate(journal -> JournalEvents.whole(1, 3).forEach(journal::append));
    soon();
    ClusterObject sound = journal();
    Map<String, String> data = new TreeMap<>(sound.data());
    data.put("sequence", "77");
    cluster.edit(sound.withData(data));
    soon();
    assertThat(app.fleet.news(SECRET).orElseThrow().promoted().orElseThrow().version())
        .isEqualTo("2");

    cluster.edit(sound);
    List<RotationEvent> more = JournalEvents.whole(2, 3);
    rotate(journal -> more.forEach(journal::append));
    soon();
    assertThat(app.fleet.news(SECRET).orElseThrow().promoted().orElseThrow().version())
        .isEqualTo("3");
  }

  private int terms;

  /** What the secret's rotator does. */
  private void rotate(java.util.function.Consumer<FleetJournal> work) {
    rotate(SECRET, work);
  }

  private void rotate(String secret, java.util.function.Consumer<FleetJournal> work) {
    boolean[] done = {false};
    VirtualTime.Host host = time.host();
    Term term =
        new Term(
            new Election.Candidacy(NAMES, secret, "rotator", Election.Timing.STANDARD),
            "lease",
            terms++,
            host,
            host.nanos());
    host.after(
        Duration.ZERO,
        () -> {
          work.accept(FleetJournal.open(cluster.client(host), NAMES, term));
          done[0] = true;
        });
    time.runUntil(() -> done[0], Duration.ofSeconds(30), "the rotator has worked");
  }
}
