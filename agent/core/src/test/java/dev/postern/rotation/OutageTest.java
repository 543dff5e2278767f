package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.issuer.IssuerException;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rotation writes, says and spares while a store or a provider fails it. */
final class OutageTest {
  private static final int LONG = 500;
  private static final int FEW_RECORDS = 40;

  @TempDir(factory = RamDirectory.class)
  Path directory;

  @Test
  void storeThatStaysAwayAtTheLastStepDoesNotFillTheDisk() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("proven");
      int before = agent.run.chronicle.events().size();
      agent.store.failure = storeAway();
      look(agent, LONG);

      assertThat(agent.run.chronicle.events().size() - before).isLessThan(FEW_RECORDS);
      assertThat(agent.run.chronicle.receipt().message()).contains("the store is away");
      agent.store.failure = null;
      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.DONE);
    }
  }

  @Test
  void providerThatStaysAwayWhileGoingBackDoesNotFillTheDisk() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.issuer.issueFailure = new IssuerException.LimitReached("key limit reached");
      agent
          .begin(agent.plan(Cause.COMPROMISED, Order.OVERLAP, WithoutSuccessor.REVOKE))
          .runUntil("rolling-back");
      int before = agent.run.chronicle.events().size();
      agent.issuer.revokeFailure = providerAway();
      look(agent, LONG);

      assertThat(agent.run.chronicle.events().size() - before).isLessThan(FEW_RECORDS);
      agent.issuer.revokeFailure = null;
      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(agent.issuer.live).containsOnlyKeys("foreign");
    }
  }

  @Test
  void providerThatStaysAwayAtRevocationCallsAPersonInTheEnd() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("propagated");
      int before = agent.run.chronicle.events().size();
      agent.issuer.revokeFailure = providerAway();
      Receipt receipt = agent.runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(receipt.message().orElseThrow()).contains("revoke", "the provider is away");
      assertThat(agent.run.chronicle.events().size() - before).isLessThan(FEW_RECORDS);
      assertThat(agent.served()).contains(new Version("2"));
    }
  }

  @Test
  void providerThatIsBackWithinPatienceIsAskedAgain() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("propagated");
      agent.issuer.revokeFailure = providerAway();
      look(agent, 20);
      agent.issuer.revokeFailure = null;

      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.DONE);
      assertThat(agent.issuer.live).doesNotContainKey("old");
    }
  }

  @Test
  void oldKeyThatCouldNotBeToldApartIsNotSaidToBeRevoked() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.store.current = new FakeStore.Entry(1, Map.of("api_key", "old-secret"), null);
      agent.issuer.issueFailure = new IssuerException.LimitReached("key limit reached");
      Receipt receipt =
          agent
              .begin(agent.plan(Cause.COMPROMISED, Order.OVERLAP, WithoutSuccessor.REVOKE))
              .runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(agent.issuer.live).containsKey("old");
      assertThat(receipt.message().orElseThrow()).contains("STILL ALIVE");
    }
  }

  @Test
  void flagThatTheStoreDidNotTakeAtOnceIsWrittenAtTheNextTry() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      AtomicBoolean failed = new AtomicBoolean();
      agent.failpoints(
          (failpoint, moment) -> {
            if (failpoint == Failpoint.STORE_FLAG
                && moment == Moment.BEFORE
                && !failed.getAndSet(true)) {
              throw storeAway();
            }
          });
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("issued");

      assertThat(failed).isTrue();
      assertThat(Optional.ofNullable(agent.store.flag))
          .contains(CompromiseFlag.of(new Version("1"), "found in a public repository"));
      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.DONE);
      assertThat(agent.store.flag).isNull();
    }
  }

  @Test
  void promotionWhoseAnswerWasLostIsNotTakenBackByAStoreThatForgetsWhoWrote() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.store.forgetsRotations = true;
      agent.failpoints(Faults.answerLost(Failpoint.STORE_PROMOTE, 1));
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).as("%s", receipt).isEqualTo(Receipt.DONE);
      assertThat(agent.issuer.accepts(agent.store.value())).isTrue();
    }
  }

  private static StoreException storeAway() {
    return new StoreException.Unavailable("the store is away", null);
  }

  private static IssuerException providerAway() {
    return new IssuerException.Unavailable("the provider is away", null);
  }

  private static void look(RotationHarness agent, int times) {
    for (int i = 0; i < times; i++) {
      if (agent.cycle.advance() instanceof Progress.Waiting waiting) {
        assertThat(Duration.between(agent.time.instant(), waiting.until()))
            .isBetween(Duration.ofMillis(50), Duration.ofSeconds(6));
        agent.time.advanceTo(waiting.until());
      }
    }
  }
}
