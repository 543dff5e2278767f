package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.IssuerException;
import dev.postern.journal.FileRotationJournal;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RotationsTest {
  private static final SecretName KEY = LiveAgent.KEY;
  private static final SecretName OTHER = LiveAgent.OTHER;
  private static final Version ONE = new Version("1");
  private static final Version TWO = new Version("2");
  private static final CompromiseFlag FLAG = new CompromiseFlag("incident 7");

  @TempDir(factory = RamDirectory.class)
  Path directory;

  @SuppressWarnings("NullAway.Init") // @BeforeEach
  private LiveAgent agent;

  @BeforeEach
  void boot() {
    agent = new LiveAgent(directory);
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void startedRotationIsInTheJournalAndRunsToItsEnd() throws Exception {
    Receipt started = agent.compromised(KEY);
    Receipt done = agent.awaitEnd();

    assertThat(done.id()).isEqualTo(started.id());
    assertThat(done.state()).isEqualTo(Receipt.DONE);
    assertThat(done.probes()).hasSize(3);
    assertThat(agent.served(KEY)).contains(TWO);
    assertThat(agent.issuer(KEY).live).containsOnlyKeys("foreign", "new-1");
    assertThat(agent.rotations.find(started.id())).contains(done);
    assertThat(agent.rotations.find(RotationId.random())).isEmpty();
    agent.restart(Failpoints.NONE);
    assertThat(agent.rotations.find(started.id())).contains(done);
  }

  @Test
  void listenerHearsEachStepOnce() throws Exception {
    agent.compromised(KEY);
    agent.awaitEnd();

    assertThat(agent.heard)
        .containsExactly(
            "started sending-key",
            "step issue",
            "step stage",
            "step test",
            "step promote",
            "step propagate",
            "step revoke",
            "step prove",
            "step finish",
            "ended done");
  }

  @Test
  void stepThatFinishedBeforeGoingBackIsNotHeardOfTwice() throws Exception {
    Gate gate = new Gate(Failpoint.STORE_PROMOTE, Moment.BEFORE);
    agent.restart(gate);
    Receipt running = agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    gate.awaitReached();
    agent.store(KEY).writtenByAnother(Map.of("api_key", "theirs"));
    gate.open();

    assertThat(agent.awaitEnd().id()).isEqualTo(running.id());
    assertThat(agent.heard)
        .containsExactly(
            "started sending-key",
            "step issue",
            "step stage",
            "step test",
            "step roll-back",
            "ended rolled-back");
  }

  @Test
  void secondStartJoinsTheFirstAndMakesItMoreUrgent() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.BEFORE);
    agent.restart(gate);
    agent.serving.publish(KEY, ONE, FakeIssuer.fields("old-secret", "old"), Instant.EPOCH);
    Receipt first = agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    gate.awaitReached();
    Receipt second =
        agent.rotations.start(LiveAgent.request(KEY, Cause.COMPROMISED, Duration.ofSeconds(5)));

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.cause()).isEqualTo(Cause.COMPROMISED);
    assertThat(second.deadline()).isEqualTo(agent.time.instant().plusSeconds(5));
    assertThat(agent.serving.state(KEY).toString()).contains("tainted=true");

    Receipt third =
        agent.rotations.start(LiveAgent.request(KEY, Cause.COMPROMISED, Duration.ofHours(5)));
    assertThat(third.deadline()).isEqualTo(second.deadline());
    gate.open();
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    assertThat(agent.issuer(KEY).calls).containsOnlyOnce("issue");
    assertThat(agent.rotations.list()).hasSize(1);
  }

  @Test
  void leakReportedWhileConsumersHaveTheirGraceEndsTheOldKeyByTheNewDeadline() throws Exception {
    agent.consumers.fetched(KEY, ONE, agent.consumer(7, "app"));
    Receipt first = agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    agent.time.awaitParks(1);

    Receipt joined =
        agent.rotations.start(LiveAgent.request(KEY, Cause.COMPROMISED, Duration.ofSeconds(5)));
    assertThat(joined.id()).isEqualTo(first.id());
    assertThat(joined.cause()).isEqualTo(Cause.COMPROMISED);
    assertThat(joined.deadline()).isEqualTo(agent.time.instant().plusSeconds(5));

    agent.consumers.fetched(KEY, TWO, agent.consumer(7, "app"));
    Receipt ended = agent.awaitEnd();
    assertThat(ended.state()).isEqualTo(Receipt.DONE);
    assertThat(ended.cut()).isEmpty();
    assertThat(agent.issuer(KEY).live).doesNotContainKey("old");
  }

  @Test
  void requestsThatCannotBeServedAreRefusedAndRecordNothing() {
    FakeStore broken = agent.store(OTHER);
    assertRefused(
        () -> agent.compromised(new SecretName("unknown")), Reason.UNKNOWN_SECRET, "postern list");
    assertRefused(() -> agent.compromised(LiveAgent.STATIC), Reason.NOT_ROTATABLE, "static-token");
    broken.failure = new StoreException.Unavailable("the store is away", null);
    assertRefused(() -> agent.compromised(OTHER), Reason.STORE_UNREACHABLE, "the store is away");
    broken.writable = false;
    assertRefused(() -> agent.compromised(OTHER), Reason.STORE_READ_ONLY, "other-key");
    agent.rotations.close();
    assertRefused(() -> agent.compromised(KEY), Reason.NOT_NOW, "stopping");

    assertThat(agent.rotations.list()).isEmpty();
    agent.restart(Failpoints.NONE);
    assertThat(agent.rotations.list()).as("what the journal held").isEmpty();
    assertThat(agent.heard).isEmpty();
  }

  @Test
  void leakReportedWhileTheStoreIsAwayIsTakenAtOnceAndRotatedWhenTheStoreIsBack() throws Exception {
    agent.serving.publish(KEY, ONE, FakeIssuer.fields("old-secret", "old"), Instant.EPOCH);
    agent.store(KEY).failure = new StoreException.Throttled("fewer calls", Optional.empty());
    assertRefused(
        () -> agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED)),
        Reason.STORE_UNREACHABLE,
        "fewer calls");
    Receipt started = agent.compromised(KEY);
    assertThat(agent.serving.state(KEY).toString()).contains("tainted=true");
    agent.time.awaitParks(1);
    agent.store(KEY).failure = null;
    agent.restart(Failpoints.NONE);

    Receipt done = agent.awaitEnd();
    assertThat(done.id()).isEqualTo(started.id());
    assertThat(done.state()).isEqualTo(Receipt.DONE);
    assertThat(agent.issuer(KEY).live).containsOnlyKeys("foreign", "new-1");
  }

  @Test
  void leakOfWhatIsServedCallsAPersonWhenTheStoreHoldsSomethingElseByThen() throws Exception {
    agent.serving.publish(KEY, ONE, FakeIssuer.fields("old-secret", "old"), Instant.EPOCH);
    agent.store(KEY).failure = new StoreException.Unavailable("away", null);
    agent.compromised(KEY);
    agent.store(KEY).writtenByAnother(Map.of("api_key", "theirs"));
    agent.store(KEY).failure = null;
    agent.restart(Failpoints.NONE);
    agent.time.awaitParked(1, () -> true);
    agent.time.advance(Duration.ofMinutes(2));

    Receipt ended = agent.awaitEnd();
    assertThat(ended.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
    assertThat(ended.toString()).contains("somebody else changed it");
    assertThat(agent.issuer(KEY).live).containsOnlyKeys("foreign", "old");
  }

  @Test
  void journalThatCannotBeWrittenRefusesANewRotationAndAJoiningOne() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.BEFORE);
    agent.restart(gate);
    agent.compromised(KEY);
    gate.awaitReached();
    agent.journal.close();

    assertRefused(() -> agent.compromised(OTHER), Reason.NOT_NOW, "journal");
    assertRefused(() -> agent.compromised(KEY), Reason.NOT_NOW, "journal");
    assertThat(agent.issuer(OTHER).calls).isEmpty();
    gate.open();
  }

  @Test
  void cancelledRotationGoesBack() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_PROBE_SUCCESSOR, Moment.BEFORE);
    agent.restart(gate);
    Receipt running = agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    gate.awaitReached();
    agent.rotations.cancel(running.id(), "uid 0");
    gate.open();

    Receipt receipt = agent.awaitEnd();
    assertThat(receipt.state()).isEqualTo(Receipt.ROLLED_BACK);
    assertThat(receipt.message()).contains("cancelled by uid 0");
    assertThat(agent.issuer(KEY).live).containsOnlyKeys("old", "foreign");
    assertRefused(
        () -> agent.rotations.cancel(running.id(), "uid 0"), Reason.TOO_LATE, "rolled-back");
  }

  @Test
  void rotationCannotBeCancelledAfterPromotionNorWhenNobodyKnowsIt() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_REVOKE_PREDECESSOR, Moment.BEFORE);
    agent.restart(gate);
    Receipt running = agent.compromised(KEY);
    gate.awaitReached();

    assertRefused(
        () -> agent.rotations.cancel(running.id(), "uid 0"), Reason.TOO_LATE, "propagated");
    assertRefused(
        () -> agent.rotations.cancel(RotationId.random(), "uid 0"),
        Reason.UNKNOWN_ROTATION,
        "postern rotations");
    gate.open();
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
  }

  @Test
  void previewTellsWhatWouldHappenAndChangesNothing() {
    agent.consumers.fetched(KEY, ONE, agent.consumer(7, "app"));
    RotationPreview preview = agent.rotations.preview(LiveAgent.request(KEY, Cause.COMPROMISED));

    assertThat(preview.currentVersion()).isEqualTo(ONE);
    assertThat(preview.oldCredential()).contains("old");
    assertThat(preview.holders()).hasSize(1);
    assertThat(preview.deadline()).isEqualTo(Duration.ofMinutes(1));
    assertThat(preview.warnings()).isEmpty();
    assertThat(preview.steps()).startsWith(Step.ISSUE, Step.STAGE);
    assertThat(agent.issuer(KEY).calls).containsOnly("live");
    assertThat(agent.store(KEY).flag).isNull();
    assertThat(agent.store(KEY).pending).isNull();
    assertThat(agent.rotations.list()).isEmpty();
  }

  @Test
  void previewWarnsOfWhatStandsInTheWay() {
    RotationRequest request = LiveAgent.request(KEY, Cause.COMPROMISED);
    agent.issuer(KEY).live.remove("old");
    assertThat(agent.rotations.preview(request).warnings())
        .containsExactly("the provider does not list the old credential old");

    for (Map<String, String> withoutId :
        List.of(
            Map.of("api_key", "old-secret"), Map.of("api_key", "old-secret", "api_key_id", " "))) {
      agent.store(KEY).current = new FakeStore.Entry(1, withoutId, null);
      agent.issuer(KEY).add("old", "old-secret", "made by hand");
      RotationPreview preview = agent.rotations.preview(request);
      assertThat(preview.oldCredential()).isEmpty();
      assertThat(preview.candidates()).containsExactly("foreign", "old");
      assertThat(preview.warnings().getFirst())
          .contains("does not name the old credential", "2 live ones");
    }
    assertRefused(
        () -> agent.rotations.preview(LiveAgent.request(LiveAgent.STATIC, Cause.COMPROMISED)),
        Reason.NOT_ROTATABLE,
        "static-token");
  }

  @Test
  void latestRotationIsListedFirst() throws Exception {
    Receipt first = agent.compromised(KEY);
    agent.awaitEnd();
    agent.time.advance(Duration.ofSeconds(1));
    Receipt second = agent.compromised(KEY);
    agent.awaitEnd();
    agent.time.advance(Duration.ofSeconds(1));
    Receipt third = agent.compromised(OTHER);
    agent.awaitEnd();

    assertThat(agent.rotations.list())
        .extracting(Receipt::id)
        .containsExactly(third.id(), second.id(), first.id());
    agent.restart(Failpoints.NONE);
    assertThat(agent.rotations.list())
        .extracting(Receipt::id)
        .containsExactly(third.id(), second.id(), first.id());
  }

  @Test
  void flagStartsOneRotationPerVersion() throws Exception {
    agent.store(KEY).flag = FLAG;
    agent.rotations.flagged(KEY, ONE, FLAG);
    agent.rotations.flagged(KEY, ONE, FLAG);
    Receipt done = agent.awaitEnd();

    assertThat(done.requestedBy()).isEqualTo("store flag");
    assertThat(done.reason()).isEqualTo("incident 7");
    assertThat(agent.store(KEY).flag).isNull();
    agent.rotations.flagged(KEY, ONE, FLAG);
    assertThat(agent.rotations.list()).hasSize(1);

    agent.rotations.flagged(KEY, TWO, new CompromiseFlag("incident 8"));
    assertThat(agent.awaitEnd().oldVersion()).isEqualTo(TWO);
  }

  @Test
  void flagThatAPersonWasCalledForIsNotTriedForEver() throws Exception {
    agent.issuer(KEY).issueFailure = new IssuerException.LimitReached("key limit reached");
    agent.rotations.flagged(KEY, ONE, FLAG);
    agent.time.awaitParks(1);
    agent.time.advance(Duration.ofMinutes(2));

    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.NEEDS_OPERATOR);
    agent.rotations.flagged(KEY, ONE, FLAG);
    agent.restart(Failpoints.NONE);
    agent.rotations.flagged(KEY, ONE, FLAG);
    assertThat(agent.rotations.list()).hasSize(1);
  }

  @Test
  void flagOnWhatCannotBeRotatedIsNoErrorOfTheOneWhoSawIt() {
    agent.rotations.flagged(LiveAgent.STATIC, ONE, FLAG);
    agent.store(KEY).failure = new StoreException.Unavailable("the store is away", null);
    agent.rotations.flagged(KEY, ONE, FLAG);

    assertThat(agent.rotations.list()).isEmpty();
  }

  @Test
  void unfinishedRotationWhoseSecretLeftTheConfigIsReportedAndGoesOnWhenItIsBack()
      throws Exception {
    Gate gate = new Gate(Failpoint.STORE_STAGE, Moment.AFTER);
    agent.restart(gate);
    Receipt running = agent.compromised(KEY);
    gate.awaitReached();
    closeInTheMiddle(gate);
    agent.restartWithRotatable(java.util.Set.of(OTHER));

    assertThat(agent.rotations.list()).extracting(Receipt::id).containsExactly(running.id());
    assertThat(agent.rotations.list().getFirst().ended()).isFalse();
    assertRefused(
        () -> agent.rotations.cancel(running.id(), "uid 0"), Reason.NOT_ROTATABLE, "config");

    agent.restartWithRotatable(java.util.Set.of(KEY, OTHER));
    Receipt done = agent.awaitEnd();
    assertThat(done.id()).isEqualTo(running.id());
    assertThat(done.state()).isEqualTo(Receipt.DONE);
  }

  @Test
  void secretsAreRotatedBesideEachOther() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    agent.restart(
        (failpoint, moment) -> {
          if (failpoint == Failpoint.ISSUER_ISSUE && moment == Moment.BEFORE) {
            meet(both);
          }
        });
    agent.compromised(KEY);
    agent.compromised(OTHER);

    assertThat(List.of(agent.awaitEnd().secret(), agent.awaitEnd().secret()))
        .containsExactlyInAnyOrder(KEY, OTHER);
    assertThat(both.isBroken()).isFalse();
  }

  @Test
  void storeThatHangsHoldsUpItsOwnSecretOnly() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    agent.store(OTHER).beforeHead =
        () -> {
          asked.countDown();
          awaitQuietly(answers);
        };
    CompletableFuture<Receipt> slow =
        CompletableFuture.supplyAsync(() -> agent.compromised(OTHER), Thread::startVirtualThread);
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Receipt> quick =
        CompletableFuture.supplyAsync(() -> agent.compromised(KEY), Thread::startVirtualThread);

    assertThat(quick.get(5, TimeUnit.SECONDS).secret()).isEqualTo(KEY);
    answers.countDown();
    assertThat(slow.get(20, TimeUnit.SECONDS).secret()).isEqualTo(OTHER);
  }

  /** Closes the agent while a rotation stands at the gate, and lets the act there end. */
  private void closeInTheMiddle(Gate gate) throws InterruptedException {
    Thread closing = Thread.ofPlatform().start(agent.rotations::close);
    while (closing.isAlive()
        && closing.getState() != Thread.State.TIMED_WAITING
        && !gate.interrupted()) {
      Thread.onSpinWait();
    }
    gate.open();
    assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void closingLetsTheActUnderWayEndAndRecordsIt() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.AFTER);
    agent.restart(gate);
    agent.compromised(KEY);
    gate.awaitReached();
    closeInTheMiddle(gate);

    assertThat(gate.interrupted()).isFalse();
    agent.journal.close();
    try (FileRotationJournal left = FileRotationJournal.open(directory)) {
      assertThat(left.recovered().getLast().toString()).contains("DONE").contains("new-1");
    }
  }

  @Test
  void agentClosedAtAnyPlaceGoesOnAfterARestart() throws Exception {
    for (Failpoint place :
        List.of(
            Failpoint.STORE_FLAG,
            Failpoint.ISSUER_ISSUE,
            Failpoint.STORE_STAGE,
            Failpoint.ISSUER_PROBE_SUCCESSOR,
            Failpoint.STORE_PROMOTE,
            Failpoint.ISSUER_REVOKE_PREDECESSOR,
            Failpoint.ISSUER_PROBE_PREDECESSOR,
            Failpoint.STORE_UNFLAG)) {
      try (LiveAgent another = new LiveAgent(directory.resolve(place.name()))) {
        Gate gate = new Gate(place, Moment.AFTER);
        another.restart(gate);
        Receipt running = another.compromised(KEY);
        gate.awaitReached();
        LiveAgent first = agent;
        agent = another;
        closeInTheMiddle(gate);
        agent = first;
        another.restart(Failpoints.NONE);

        Receipt done = another.awaitEnd();
        assertThat(done.id()).as("%s", place).isEqualTo(running.id());
        assertThat(done.state()).as("%s", done).isEqualTo(Receipt.DONE);
        assertThat(another.issuer(KEY).live).hasSize(2).doesNotContainKey("old");
        assertThat(another.issuer(KEY).accepts(another.store(KEY).value())).isTrue();
        assertThat(another.store(KEY).flag).isNull();
      }
    }
  }

  private static void meet(CyclicBarrier both) {
    try {
      both.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("the other rotation does not run", e);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Reason reason, String words) {
    RotationRefused refused = catchThrowableOfType(RotationRefused.class, call);
    assertThatThrownBy(call).isInstanceOf(RotationRefused.class).hasMessageContaining(words);
    assertThat(refused.reason()).isEqualTo(reason);
  }
}
