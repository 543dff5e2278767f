package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.RotationId;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FleetJournalTest {
  private static final FleetNames NAMES = new FleetNames("prod-eu");
  private static final String SECRET = "sending-key";
  private static final String NAME = NAMES.journal(SECRET);
  private static final RotationId ID = JournalEvents.rotation(1);

  private final VirtualTime time = new VirtualTime();
  private final FakeCluster cluster = new FakeCluster(time, new Random(7));
  private final VirtualTime.Host host = time.host();
  private final FakeCluster.Client client = cluster.client(host);

  /** A term that may act, unless the test ends it. */
  private Term term(String holder, int number) {
    return new Term(
        new Election.Candidacy(NAMES, SECRET, holder, Election.Timing.STANDARD),
        "lease-uid",
        number,
        host,
        host.nanos());
  }

  /** Runs it as a task: calls take their time. */
  private <T> T run(Supplier<T> task) {
    AtomicReference<@Nullable T> result = new AtomicReference<>();
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    host.after(
        Duration.ZERO,
        () -> {
          try {
            result.set(task.get());
          } catch (RuntimeException e) {
            failure.set(e);
          }
        });
    time.runUntil(
        () -> result.get() != null || failure.get() != null, Duration.ofMinutes(5), "it ends");
    RuntimeException thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
    return java.util.Objects.requireNonNull(result.get());
  }

  private void append(FleetJournal journal, RotationEvent event) {
    run(
        () -> {
          journal.append(event);
          return true;
        });
  }

  private FleetJournal open(Term term) {
    return run(() -> FleetJournal.open(client, NAMES, term));
  }

  private List<RotationEvent> kept() {
    return open(term("reader", 1_000_000)).recovered();
  }

  private ClusterObject object() {
    return cluster.object(Kind.CONFIG_MAP, NAME).orElseThrow();
  }

  @Test
  void theNextTermFindsWhatTheOneBeforeHasWritten() {
    FleetJournal journal = open(term("a", 1));
    List<RotationEvent> events = JournalEvents.whole(1, 5);
    events.forEach(event -> append(journal, event));

    FleetJournal next = open(term("b", 2));

    assertThat(next.recovered()).isEqualTo(events);
    assertThat(next.recovered()).as("handed out once").isEmpty();
  }

  @Test
  void anAppendIsOneCall() {
    FleetJournal journal = open(term("a", 1));
    cluster.forgetCalls();

    append(journal, JournalEvents.planned(ID, "requested", "1"));

    assertThat(cluster.calls()).isEqualTo(Map.of("update", 1));
  }

  @Test
  void aFormerRotatorIsFencedForGoodFromTheMomentTheNextOneOpens() {
    FleetJournal former = open(term("a", 1));
    append(former, JournalEvents.planned(ID, "requested", "1"));
    FleetJournal next = open(term("b", 2));

    RotationEvent late = JournalEvents.begun(ID, "issue");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> append(former, late))
          .isInstanceOf(JournalException.Fenced.class)
          .hasMessage("another agent (b, term 2) has taken over the rotations of sending-key");
    }
    assertThatThrownBy(former::requireCurrent).isInstanceOf(JournalException.Fenced.class);
    append(next, JournalEvents.done(ID, "issue"));

    assertThat(kept()).doesNotContain(late).hasSize(2);
  }

  @Test
  void aWriteThatLandsAfterTheNextTermHasBegunIsRefusedByItsResourceVersion() {
    FleetJournal former = open(term("a", 1));
    RotationEvent late = JournalEvents.planned(ID, "requested", "1");
    client.way.next = FakeCluster.Fault.LATE;
    assertThatThrownBy(() -> append(former, late)).isInstanceOf(JournalException.Unwritable.class);

    FleetJournal next = open(term("b", 2));
    time.runFor(Duration.ofMinutes(1));

    assertThat(next.recovered()).isEmpty();
    assertThat(kept()).isEmpty();
  }

  @Test
  void anEarlierTermThatOpensLateDoesNotTakeTheJournal() {
    Term earlier = term("a", 1);
    open(term("b", 2));

    assertThatThrownBy(() -> open(earlier)).isInstanceOf(JournalException.Fenced.class);
    assertThat(object().data()).containsEntry("holder", "b");
  }

  @Test
  void aTermOfALeaseThatWasMadeAnewTakesTheJournalWhateverItsNumber() {
    open(term("a", 57));
    Term anew =
        new Term(
            new Election.Candidacy(NAMES, SECRET, "b", Election.Timing.STANDARD),
            "another-lease",
            0,
            host,
            host.nanos());

    open(anew);

    assertThat(object().data()).containsEntry("holder", "b");
  }

  @Test
  void aTermThatCannotActWritesNothingAndMakesNoCall() {
    FleetJournal journal = open(term("a", 1));
    time.runFor(Duration.ofSeconds(11));
    cluster.forgetCalls();

    assertThatThrownBy(() -> append(journal, JournalEvents.planned(ID, "requested", "1")))
        .isInstanceOf(JournalException.Unwritable.class)
        .hasMessageContaining("the Lease could not be renewed in time");
    assertThat(cluster.calls()).isEmpty();
  }

  @Test
  void aTermThatMayActAgainGoesOnWriting() {
    Term term = term("a", 1);
    FleetJournal journal = open(term);
    time.runFor(Duration.ofSeconds(11));
    term.renewed(host.nanos());

    append(journal, JournalEvents.planned(ID, "requested", "1"));

    assertThat(kept()).hasSize(1);
  }

  @Test
  void anEventWhoseAnswerWasLostIsRecognisedWhenItIsWrittenAgain() {
    Term term = term("a", 1);
    FleetJournal journal = open(term);
    RotationEvent event = JournalEvents.planned(ID, "requested", "1");
    client.way.next = FakeCluster.Fault.ANSWER_LOST;
    assertThatThrownBy(() -> append(journal, event))
        .isInstanceOf(JournalException.Unwritable.class);
    term.renewed(host.nanos());
    cluster.forgetCalls();

    append(journal, event);

    assertThat(cluster.calls()).as("looked, and did not write").isEqualTo(Map.of("get", 1));
    append(journal, JournalEvents.begun(ID, "issue"));
    assertThat(kept()).hasSize(2);
  }

  @Test
  void anEventOfWhichItsWriterWasToldThatItIsNotThereIsReplacedByTheNext() {
    Term term = term("a", 1);
    FleetJournal journal = open(term);
    append(journal, JournalEvents.planned(ID, "requested", "1"));
    client.way.next = FakeCluster.Fault.ANSWER_LOST;
    RotationEvent first = JournalEvents.begun(ID, "issue");
    assertThatThrownBy(() -> append(journal, first))
        .isInstanceOf(JournalException.Unwritable.class);
    term.renewed(host.nanos());

    // The engine repeats a record with the time of the repetition.
    RotationEvent repeated =
        new RotationEvent(ID, Instant.parse("2026-01-02T03:04:09Z"), Fact.BEGUN, first.details());
    append(journal, repeated);

    assertThat(kept()).hasSize(2).contains(repeated).doesNotContain(first);
  }

  @Test
  void anAppendThatWasNotCarriedOutIsWrittenWhenItIsRepeated() {
    Term term = term("a", 1);
    FleetJournal journal = open(term);
    client.way.next = FakeCluster.Fault.NOT_CARRIED_OUT;
    RotationEvent event = JournalEvents.planned(ID, "requested", "1");
    assertThatThrownBy(() -> append(journal, event))
        .isInstanceOf(JournalException.Unwritable.class);
    term.renewed(host.nanos());

    append(journal, event);

    assertThat(kept()).containsExactly(event);
  }

  @Test
  void aPersonsAnnotationAndForeignKeysStayAndHoldUpNothing() {
    FleetJournal journal = open(term("a", 1));
    Map<String, String> data = new TreeMap<>(object().data());
    data.put("README", "left by the on-call");
    cluster.edit(object().withAnnotations(Map.of("example.com/note", "hi")).withData(data));

    append(journal, JournalEvents.planned(ID, "requested", "1"));
    append(journal, JournalEvents.begun(ID, "issue"));

    assertThat(object().annotations()).containsEntry("example.com/note", "hi");
    assertThat(object().data()).containsEntry("README", "left by the on-call");
    assertThat(kept()).hasSize(2);
  }

  @Test
  void aJournalThatWasDeletedUnderARunningRotationIsWrittenAnewWhole() {
    FleetJournal journal = open(term("a", 1));
    RotationEvent planned = JournalEvents.planned(ID, "requested", "1");
    append(journal, planned);
    cluster.remove(Kind.CONFIG_MAP, NAME);

    RotationEvent begun = JournalEvents.begun(ID, "issue");
    append(journal, begun);

    assertThat(kept()).containsExactly(planned, begun);
  }

  @Test
  void theOldestRotationsThatAreOverMakeRoomAndNothingElseDoes() {
    Term term = term("a", 1);
    FleetJournal journal = open(term);
    RotationEvent unfinished = JournalEvents.planned(JournalEvents.rotation(100), "requested", "1");
    append(journal, unfinished);
    List<RotationEvent> watched = watchedLeak();
    watched.forEach(event -> append(journal, event));
    for (int number = 1; number <= 12; number++) {
      term.renewed(host.nanos());
      JournalEvents.whole(number, 8_000).forEach(event -> append(journal, event));
    }

    assertThat(new JournalBytes(object()).count())
        .isLessThanOrEqualTo(FleetJournal.USUAL_BYTES)
        .isGreaterThan(FleetJournal.USUAL_BYTES / 2);
    List<RotationEvent> kept = kept();
    assertThat(kept).contains(unfinished).containsAll(watched);
    assertThat(kept).containsAll(JournalEvents.whole(12, 8_000));
    assertThat(kept).doesNotContainAnyElementsOf(JournalEvents.whole(1, 8_000));
    IntStream.rangeClosed(7, 12)
        .forEach(number -> assertThat(kept).containsAll(JournalEvents.whole(number, 8_000)));
  }

  @Test
  void rotationsThatAreNotOverMayTakeMoreThanUsual() {
    FleetJournal journal = open(term("a", 1));
    append(journal, JournalEvents.planned(ID, "requested", "1"));
    RotationEvent big =
        JournalEvents.event(
            ID,
            Fact.BEGUN,
            Map.of(Detail.STEP, "issue", Detail.MESSAGE, "x".repeat(FleetJournal.USUAL_BYTES)));

    append(journal, big);

    assertThat(kept()).hasSize(2).contains(big);
  }

  @Test
  void whatConsumersAcknowledgeCostsNoWriteAndIsThereWithTheNextEvent() {
    FleetJournal journal = open(term("a", 1));
    append(journal, JournalEvents.planned(ID, "compromised", "1"));
    cluster.forgetCalls();
    for (int pod = 0; pod < 40; pod++) {
      append(journal, acknowledged(pod));
    }
    assertThat(cluster.callsInAll()).isZero();

    append(journal, JournalEvents.done(ID, "propagate"));

    assertThat(cluster.callsInAll()).isEqualTo(1);
    assertThat(kept()).hasSize(42).endsWith(acknowledged(39), JournalEvents.done(ID, "propagate"));
  }

  @Test
  void acknowledgementsAreRefusedWhenTheTermIsOver() {
    Term term = term("a", 1);
    FleetJournal journal = open(term);
    term.end();

    assertThatThrownBy(() -> append(journal, acknowledged(1)))
        .isInstanceOf(JournalException.Fenced.class);
  }

  @Test
  void aRotationOfTenThousandPodsHasRoom() {
    FleetJournal journal = open(term("a", 1));
    String all = IntStream.range(0, 10_000).mapToObj(this::pod).collect(Collectors.joining("\n"));
    append(
        journal,
        JournalEvents.event(
            ID, Fact.PLANNED, Map.of(Detail.CAUSE, "compromised", Detail.HOLDERS, all)));
    for (int pod = 0; pod < 10_000; pod++) {
      append(journal, acknowledged(pod));
    }
    append(
        journal,
        JournalEvents.event(
            ID, Fact.DONE, Map.of(Detail.STEP, "propagate", Detail.CUT, "few\n" + all)));

    List<RotationEvent> kept = kept();
    assertThat(new JournalBytes(object()).count()).isLessThan(256 * 1024);
    assertThat(kept.getFirst().require(Detail.HOLDERS).lines()).hasSize(50).contains(pod(7));
    assertThat(kept).filteredOn(event -> event.fact() == Fact.ACKNOWLEDGED).hasSize(50);
    assertThat(kept.getLast().require(Detail.CUT).lines())
        .hasSize(51)
        .startsWith("few")
        .endsWith("and 9951 more");
  }

  private RotationEvent acknowledged(int pod) {
    return JournalEvents.event(ID, Fact.ACKNOWLEDGED, Map.of(Detail.CONSUMER, pod(pod)));
  }

  private String pod(int number) {
    return "pod " + "a-name-as-long-as-those-of-deployments-".repeat(3) + number;
  }

  /** A leak whose account is still looked at after the rotation. */
  private static List<RotationEvent> watchedLeak() {
    RotationId id = JournalEvents.rotation(200);
    return List.of(
        JournalEvents.event(
            id,
            Fact.PLANNED,
            Map.of(
                Detail.CAUSE,
                "compromised",
                Detail.OLD_VERSION,
                "0",
                Detail.WATCH_MILLIS,
                "60000")),
        JournalEvents.done(id, "propagate"),
        JournalEvents.done(id, "finish"));
  }

  @Test
  void anEventThatDoesNotFitIsRefusedBeforeTheActAndTheJournalGoesOn() {
    FleetJournal journal = open(term("a", 1));
    append(journal, JournalEvents.planned(ID, "requested", "1"));
    RotationEvent big =
        JournalEvents.event(
            ID,
            Fact.BEGUN,
            Map.of(Detail.STEP, "issue", Detail.MESSAGE, "x".repeat(FleetJournal.MOST_BYTES)));

    assertThatThrownBy(() -> append(journal, big))
        .isInstanceOf(JournalException.Unwritable.class)
        .hasMessageContaining("it is full");
    append(journal, JournalEvents.begun(ID, "issue"));

    assertThat(kept()).hasSize(2);
  }

  @Test
  void whatAPersonChangedInTheEventsIsRefusedWithWhatToDo() {
    FleetJournal journal = open(term("a", 1));
    JournalEvents.whole(1, 5).forEach(event -> append(journal, event));
    String key = "rotation." + ID;
    String text = object().data().getOrDefault(key, "");
    String[] damaged = {
      text.replaceFirst("because", "because!"),
      text.substring(0, text.length() - 3),
      text.substring(0, text.lastIndexOf('#')),
      text.substring(text.indexOf("#2")),
      text.replaceFirst("#2 ", "#9 "),
      text.replaceFirst("(?s)#3 .*?#4", "#4"),
      "",
      "not ours"
    };
    for (String one : damaged) {
      ClusterObject before = object();
      Map<String, String> data = new TreeMap<>(before.data());
      data.put(key, one);
      cluster.edit(before.withData(data));

      assertThatThrownBy(() -> open(term("b", 2)))
          .as(one)
          .isInstanceOf(JournalException.Corrupt.class)
          .hasMessageContaining(NAME);
      assertThat(object().data()).as("nothing was changed").isEqualTo(data);
      cluster.edit(before.withData(before.data()));
    }
    assertThat(kept()).isEqualTo(JournalEvents.whole(1, 5));
  }

  @Test
  void aJournalOfANewerPosternIsRefused() {
    open(term("a", 1));
    Map<String, String> data = new TreeMap<>(object().data());
    data.put("format", "2");
    cluster.edit(object().withData(data));

    assertThatThrownBy(() -> open(term("b", 2)))
        .isInstanceOf(JournalException.NewerFormat.class)
        .hasMessageContaining("run the version that wrote it");
  }

  @Test
  void aJournalOfAnotherInstallationsSecretIsRefused() {
    FleetNames twin = new FleetNames("prod");
    assertThat(twin.journal("eu-sending-key")).isEqualTo(NAME);
    cluster.edit(
        ClusterObject.fresh(
            Kind.CONFIG_MAP, NAME, twin.labels(FleetNames.JOURNAL_ROLE, "eu-sending-key")));

    assertThatThrownBy(() -> open(term("a", 1)))
        .isInstanceOf(JournalException.InUse.class)
        .hasMessageContaining("give one of the two installations another name or namespace");
  }

  @Test
  void anAnnotationThatAsksIsTakenAwayWhenItIsSettledAndANewerOneIsNot() {
    FleetJournal journal = open(term("a", 1));
    cluster.edit(object().withAnnotations(Map.of(FleetNames.ROTATE, "compromised: on GitHub")));
    FleetRequest asked = FleetRequests.asked(object()).orElseThrow();
    assertThat(asked.cause()).isEqualTo("compromised");
    assertThat(asked.reason()).isEqualTo("on GitHub");

    cluster.edit(object().withAnnotations(Map.of(FleetNames.ROTATE, "requested")));
    settle(journal, asked);
    assertThat(object().annotations()).containsKey(FleetNames.ROTATE);

    settle(journal, FleetRequests.asked(object()).orElseThrow());
    assertThat(object().annotations()).doesNotContainKey(FleetNames.ROTATE);
    assertThat(FleetRequests.asked(object())).isEqualTo(Optional.empty());
  }

  private void settle(FleetJournal journal, FleetRequest request) {
    run(
        () -> {
          journal.settle(request, ID.toString());
          return true;
        });
  }

  @Test
  void anApiThatIsAwayIsUnwritableAndNamesTheConfigMap() {
    FleetJournal journal = open(term("a", 1));
    cluster.away(true);

    Throwable thrown =
        catchThrowable(() -> append(journal, JournalEvents.planned(ID, "requested", "1")));

    assertThat(thrown)
        .isInstanceOf(JournalException.Unwritable.class)
        .hasMessage(
            "cannot write the journal in the ConfigMap " + NAME + ": the API does not answer");
  }

  /** As the API counts them. */
  private record JournalBytes(ClusterObject object) {
    int count() {
      return object.data().entrySet().stream()
          .mapToInt(one -> one.getKey().length() + one.getValue().length())
          .sum();
    }
  }
}
