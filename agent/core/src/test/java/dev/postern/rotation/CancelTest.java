package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cancel that comes while the rotation acts: it is refused, or it is kept. */
final class CancelTest {
  @TempDir(factory = RamDirectory.class)
  Path directory;

  @Test
  void aCancelThatComesWhileThePromotionIsUnderWayIsRefused() throws Exception {
    try (LiveAgent agent = new LiveAgent(directory)) {
      Gate gate = new Gate(Failpoint.STORE_PROMOTE, Moment.BEFORE);
      agent.restart(gate);
      Receipt running = agent.rotations.start(LiveAgent.request(LiveAgent.KEY, Cause.REQUESTED));
      gate.awaitReached();

      assertThatExceptionOfType(RotationRefused.class)
          .isThrownBy(() -> agent.rotations.cancel(running.id(), "uid 0"))
          .withMessageContaining("is being promoted")
          .satisfies(refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LATE));
      gate.open();
      agent.time.awaitParks(1);
      agent.time.advance(Duration.ofMinutes(10));
      assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    }
  }

  @Test
  void aCancelThatIsGrantedRightBeforeThePromotionIsKept() {
    keptWhenGrantedAt(Failpoint.STORE_READ_PENDING, Order.OVERLAP, "tested");
  }

  @Test
  void aCancelThatIsGrantedRightBeforeTheOldCredentialIsRevokedIsKept() {
    keptWhenGrantedAt(Failpoint.STORE_READ_CURRENT, Order.REVOKE_FIRST, "planned");
  }

  private void keptWhenGrantedAt(Failpoint place, Order order, String state) {
    try (RotationHarness agent = new RotationHarness(directory)) {
      boolean[] granted = {false};
      agent.begin(Cause.REQUESTED, order).runUntil(state);
      agent.restart(
          (reached, at) -> {
            if (reached == place && at == Moment.AFTER && !granted[0]) {
              granted[0] = agent.run.cancel("uid 0");
            }
            if (reached == Failpoint.STORE_PROMOTE
                || reached == Failpoint.ISSUER_REVOKE_PREDECESSOR) {
              throw new AssertionError("gone forward in spite of the cancel");
            }
          });
      Receipt receipt = agent.runToEnd();

      assertThat(granted[0]).isTrue();
      assertThat(receipt.state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("old", "foreign");
      assertThat(agent.store.value()).isEqualTo("old-secret");
    }
  }

  @Test
  void aCancelIsRefusedAlsoWhenSoManyAttemptsToPromoteFailedThatTheyAreNoLongerWritten() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      boolean[] refused = {false};
      agent.failpoints(
          (reached, at) -> {
            if (reached == Failpoint.STORE_PROMOTE && at == Moment.BEFORE) {
              refused[0] = !agent.run.cancel("uid 0");
              throw new StoreException.Unavailable("the store is away", null);
            }
          });
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("rolling-back");
      assertThat(refused[0]).isTrue();
      agent.run.chronicle.record(
          Fact.JOINED,
          Map.of(
              Detail.CAUSE,
              Cause.REQUESTED.wireName(),
              Detail.DEADLINE_AT,
              agent.time.instant().plusSeconds(60).toString()));
      agent.runUntil("tested");
      refused[0] = false;
      agent.cycle.advance();

      assertThat(refused[0]).as("in its second round too").isTrue();
    }
  }

  @Test
  void aRotationThatBeganAnewCanBeCancelledAnew() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.store.promoteFailure = new StoreException.Unavailable("the store is away", null);
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("rolling-back");
      agent.run.chronicle.record(
          Fact.JOINED,
          Map.of(
              Detail.CAUSE,
              Cause.REQUESTED.wireName(),
              Detail.DEADLINE_AT,
              agent.time.instant().plusSeconds(60).toString()));
      agent.runUntil("tested");

      assertThat(agent.run.cancel("uid 0")).isTrue();
      agent.restart(Failpoints.NONE);
      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.ROLLED_BACK);
    }
  }
}
