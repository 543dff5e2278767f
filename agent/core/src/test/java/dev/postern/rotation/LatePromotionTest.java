package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A promotion whose answer does not come, and that the store carries out when it likes. */
final class LatePromotionTest {
  private static final Duration PAST_THE_DEADLINE = Duration.ofMinutes(2);

  @TempDir(factory = RamDirectory.class)
  Path directory;

  @Test
  void promotionThatArrivesWhileTheRotationGoesBackIsGoneForwardWith() {
    try (RotationHarness agent = withAPromotionUnderWay()) {
      agent.time.advance(PAST_THE_DEADLINE);
      agent.runUntil("rolling-back");
      arrive(agent);

      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.DONE);
      assertThat(agent.issuer.accepts(agent.store.value())).isTrue();
      assertThat(agent.issuer.live).doesNotContainKey("old");
    }
  }

  @Test
  void promotionThatArrivesAfterTheRotationWentBackFindsNothingToPromote() {
    try (RotationHarness agent = withAPromotionUnderWay()) {
      agent.time.advance(PAST_THE_DEADLINE);

      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThatExceptionOfType(StoreException.NotFound.class).isThrownBy(() -> arrive(agent));
      assertThat(agent.issuer.accepts(agent.store.value())).isTrue();
      assertThat(agent.issuer.live.keySet()).containsExactlyInAnyOrder("old", "foreign");
    }
  }

  private RotationHarness withAPromotionUnderWay() {
    RotationHarness agent = new RotationHarness(directory);
    boolean[] sent = {false};
    agent.failpoints(
        (reached, at) -> {
          if (reached == Failpoint.STORE_PROMOTE && at == Moment.BEFORE) {
            sent[0] = true;
            throw new StoreException.Unavailable("no answer", null);
          }
        });
    agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("tested");
    agent.cycle.advance();
    assertThat(sent[0]).isTrue();
    return agent;
  }

  private static void arrive(RotationHarness agent) {
    agent.store.promote(
        RotationHarness.PATH,
        agent.run.plan().id(),
        agent.run.successor().orElseThrow(),
        new Version("1"));
  }
}
