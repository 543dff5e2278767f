package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.IssuerException;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CycleTest {
  @TempDir(factory = RamDirectory.class)
  Path directory;

  @Test
  void compromisedSecretGetsASuccessorAndTheOldOneIsProvenDead() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(receipt.steps())
          .extracting(Receipt.StepRecord::step)
          .containsExactly(
              Step.ISSUE,
              Step.STAGE,
              Step.TEST,
              Step.PROMOTE,
              Step.PROPAGATE,
              Step.REVOKE,
              Step.PROVE,
              Step.FINISH);
      assertThat(receipt.steps()).allMatch(step -> step.finishedAt().isPresent());
      assertThat(receipt.probes()).hasSize(3);
      assertThat(receipt.oldCredential()).contains("old");
      assertThat(receipt.newVersion()).contains(new Version("2"));
      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("foreign", "new-1");
      assertThat(agent.store.value()).isEqualTo("new-secret-1");
      assertThat(agent.store.flag).isNull();
      assertThat(agent.served()).contains(new Version("2"));
    }
  }

  @Test
  void theOldKeyIsRevokedOnlyAfterTheNewOneIsServed() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("propagated");

      assertThat(agent.served()).contains(new Version("2"));
      assertThat(agent.issuer.live).containsKey("old");
    }
  }

  @Test
  void revokeFirstEndsTheLeakBeforeASuccessorExists() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.REVOKE_FIRST).runUntil("revoked");
      assertThat(agent.issuer.live.keySet()).containsExactly("foreign");

      Receipt receipt = agent.runToEnd();
      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(receipt.steps().getFirst().step()).isEqualTo(Step.REVOKE);
      assertThat(agent.store.value()).isEqualTo("new-secret-1");
    }
  }

  @Test
  void revocationWaitsForAConsumerOfTheOldVersionUntilItFetchesTheNewOne() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.consumers.fetched(RotationHarness.NAME, new Version("1"), agent.consumer(7));
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("promoted");

      assertThat(agent.cycle.advance()).isInstanceOf(Progress.Waiting.class);
      assertThat(agent.issuer.live).containsKey("old");

      agent.consumers.fetched(RotationHarness.NAME, new Version("2"), agent.consumer(7));
      Receipt receipt = agent.runToEnd();
      assertThat(receipt.acknowledged())
          .extracting(Receipt.AckRecord::consumer)
          .containsExactly("uid 1000 pid 7 (app)");
      assertThat(receipt.cut()).isEmpty();
    }
  }

  @Test
  void consumerThatNeverAcknowledgesIsCutAtTheDeadlineAndNamed() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.consumers.fetched(RotationHarness.NAME, new Version("1"), agent.consumer(7));

      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(receipt.cut()).containsExactly("uid 1000 pid 7 (app)");
      assertThat(receipt.timeToRevoke().orElseThrow())
          .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
    }
  }

  @Test
  void consumerWhoseProcessIsGoneIsNotWaitedFor() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.consumers.fetched(RotationHarness.NAME, new Version("1"), agent.consumer(7));
      agent.livingProcesses.clear();

      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.timeToRevoke().orElseThrow()).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void rotationWithoutALeakLeavesTheWholeGraceToConsumers() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      Receipt receipt = agent.begin(Cause.SCHEDULED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(receipt.timeToRevoke().orElseThrow()).isGreaterThan(Duration.ofMinutes(10));
    }
  }

  @Test
  void lostAnswerOfCreateIsSettledByListingAndNeverLeavesASecondKey() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.failpoints(Faults.answerLostOnce());
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("foreign", "new-2");
      assertThat(agent.issuer.calls).containsSubsequence("issue", "revoke new-1", "issue");
    }
  }

  @Test
  void keyLimitUntilTheDeadlineKeepsTheOldKeyAndCallsAPerson() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.issuer.issueFailure = new IssuerException.LimitReached("key limit reached");
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(receipt.message().orElseThrow()).contains("key limit reached", "STILL ALIVE");
      assertThat(agent.issuer.live).containsKey("old");
      assertThat(agent.store.value()).isEqualTo("old-secret");
      assertThat(agent.store.flag).isNotNull();
    }
  }

  @Test
  void keyLimitWithoutSuccessorRevokeKillsTheOldKeyAsConfigured() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.issuer.issueFailure = new IssuerException.LimitReached("key limit reached");
      Receipt receipt =
          agent
              .begin(agent.plan(Cause.COMPROMISED, Order.OVERLAP, WithoutSuccessor.REVOKE))
              .runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(agent.issuer.live.keySet()).containsExactly("foreign");
    }
  }

  @Test
  void requestedRotationThatFindsNoSuccessorIsRolledBack() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.issuer.issueFailure = new IssuerException.LimitReached("key limit reached");
      Receipt receipt = agent.begin(Cause.REQUESTED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThat(agent.issuer.live).containsKey("old");
    }
  }

  @Test
  void oldKeyWithoutAnIdIsTheOnlyOtherLiveOne() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.store.current = new FakeStore.Entry(1, Map.of("api_key", "old-secret"), null);
      agent.issuer.live.remove("foreign");
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(receipt.oldCredential()).contains("old");
    }
  }

  @Test
  void oldKeyThatCannotBeToldFromAnotherIsNeverGuessed() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.store.current = new FakeStore.Entry(1, Map.of("api_key", "old-secret"), null);
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(receipt.candidates())
          .containsExactly("old (made by hand)", "foreign (another program's)");
      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("old", "foreign", "new-1");
      assertThat(agent.served()).contains(new Version("2"));
    }
  }

  @Test
  void onlyOtherLiveKeyIsSparedWhenTheOldValueIsDeadAlready() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.store.current = new FakeStore.Entry(1, Map.of("api_key", "old-secret"), null);
      agent.issuer.live.remove("old");
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(agent.issuer.live).containsKey("foreign");
    }
  }

  @Test
  void nobodySaysDeadWhileTheProviderStillAcceptsTheOldKey() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.issuer.lag = 4;
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("revoked");
      agent.cycle.advance();
      assertThat(agent.run.chronicle.state().wireName()).isEqualTo("revoked");

      Receipt receipt = agent.runToEnd();
      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(receipt.steps().get(6).problem())
          .contains("the provider still accepts the old credential");
    }
  }

  @Test
  void refusalOfBothKeysProvesNothing() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("revoked");
      agent.issuer.refuseAll = true;
      Receipt receipt = agent.runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(receipt.probes()).isEmpty();
      assertThat(receipt.timeToRevoke()).isEmpty();
      assertThat(receipt.message().orElseThrow()).contains("refuses both");
    }
  }

  @Test
  void cancelledRotationLeavesNothingBehind() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("tested");
      agent.run.cancel("uid 0");
      Receipt receipt = agent.runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThat(receipt.message()).contains("cancelled by uid 0");
      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("old", "foreign");
      assertThat(agent.store.pending).isNull();
      assertThat(agent.store.value()).isEqualTo("old-secret");
    }
  }

  @Test
  void keyWhoseAnswerWasLostIsRemovedThoughTheFirstLookForItFails() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      Failpoints lost = Faults.answerLostOnce();
      AtomicInteger looks = new AtomicInteger();
      agent.failpoints(
          (failpoint, moment) -> {
            lost.reach(failpoint, moment);
            if (failpoint == Failpoint.ISSUER_LIVE
                && moment == Moment.BEFORE
                && looks.incrementAndGet() == 1) {
              throw new IssuerException.Unavailable("not reached", null);
            }
          });
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("new-2", "foreign");
    }
  }

  @Test
  void cancelHoldsOverARestart() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("tested");
      agent.run.cancel("uid 0");
      agent.restart();
      Receipt receipt = agent.runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThat(receipt.message()).contains("cancelled by uid 0");
      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("old", "foreign");
    }
  }

  @Test
  void requestAfterACancelOutvotesIt() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("tested");
      agent.run.cancel("uid 0");
      agent.run.chronicle.record(
          Fact.JOINED,
          Map.of(
              Detail.CAUSE,
              Cause.COMPROMISED.wireName(),
              Detail.DEADLINE_AT,
              agent.time.instant().plusSeconds(60).toString()));

      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.DONE);
      assertThat(agent.issuer.live.keySet()).doesNotContain("old");
    }
  }

  @Test
  void versionWrittenBySomebodyElseIsNotOverwritten() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("tested");
      agent.store.writtenByAnother(Map.of("api_key", "theirs"));
      Receipt receipt = agent.runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThat(agent.store.value()).isEqualTo("theirs");
      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("old", "foreign");
    }
  }

  @Test
  void compromisedSecretThatSomebodyElseRewroteCallsAPerson() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("tested");
      agent.store.writtenByAnother(Map.of("api_key", "theirs"));
      Receipt receipt = agent.runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(receipt.message().orElseThrow()).contains("STILL ALIVE");
      assertThat(receipt.endedAt())
          .hasValueSatisfying(at -> assertThat(at).isAfter(receipt.deadline()));
      assertThat(agent.store.value()).isEqualTo("theirs");
      assertThat(agent.issuer.live).containsOnlyKeys("old", "foreign");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"planned", "tested"})
  void leakThatSomebodyElseHasEndedCallsNobody(String state) {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil(state);
      agent.issuer.add("theirs", "their-secret", "made by another");
      agent.store.writtenByAnother(Map.of("api_key", "their-secret"));
      assertThat(agent.cycle.advance()).isInstanceOf(Progress.Waiting.class);
      agent.issuer.live.remove("old");
      Receipt receipt = agent.runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThat(receipt.message().orElseThrow()).contains("refuses the old credential already");
      assertThat(agent.store.value()).isEqualTo("their-secret");
      assertThat(agent.store.pending).isNull();
      assertThat(agent.issuer.live).containsOnlyKeys("theirs", "foreign");
    }
  }

  @Test
  void storeThatFailsForAWhileAfterPromotionIsWaitedFor() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("proven");
      agent.store.failure = new StoreException.Unavailable("the store is away", null);
      assertThat(agent.cycle.advance()).isInstanceOf(Progress.Waiting.class);
      agent.store.failure = null;

      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.DONE);
    }
  }

  @Test
  void flagOfANewLeakIsNotClearedByTheRotationOfAnOlderOne() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("proven");
      agent.store.flag = new CompromiseFlag("incident 2");
      agent.runToEnd();

      assertThat(Optional.ofNullable(agent.store.flag)).contains(new CompromiseFlag("incident 2"));
    }
  }

  @Test
  void storeWithoutStagingIsTestedBeforeItIsWritten() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.store.staging = false;
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(agent.store.value()).isEqualTo("new-secret-1");
    }
  }

  @Test
  void secondRequestMakesTheFirstMoreUrgentAndStartsNoTwin() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.SCHEDULED, Order.OVERLAP).runUntil("promoted");
      RotationPlan urgent =
          agent
              .run
              .plan()
              .joinedBy(
                  Cause.COMPROMISED, agent.time.instant().plusSeconds(5), agent.time.instant());

      assertThat(urgent.compromised()).isTrue();
      assertThat(urgent.deadlineAt()).isEqualTo(agent.time.instant().plusSeconds(5));
      assertThat(urgent.id()).isEqualTo(agent.run.plan().id());
    }
  }

  @Test
  void noSecretReachesTheJournalOrTheReceipt() throws Exception {
    try (RotationHarness agent = new RotationHarness(directory)) {
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();
      byte[] bytes = java.nio.file.Files.readAllBytes(directory.resolve("rotations.journal"));
      String journal = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);

      for (String secret : List.of("old-secret", "new-secret")) {
        assertThat(journal).doesNotContain(secret);
        assertThat(receipt.toString()).doesNotContain(secret);
      }
    }
  }
}
