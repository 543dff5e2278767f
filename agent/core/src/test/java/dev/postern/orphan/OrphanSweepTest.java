package dev.postern.orphan;

import static dev.postern.orphan.SweptAgent.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoints;
import dev.postern.time.ParkingTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class OrphanSweepTest {
  private final SweptAgent agent = new SweptAgent();
  private final ParkingTime time = new ParkingTime();

  @Test
  void looksAtItsStartAndAgainWithinTheHour() {
    agent.made("orphan", KEY, agent.wentBack(KEY));
    try (OrphanSweep sweep = sweep(Failpoints.NONE)) {
      sweep.start();
      time.awaitParks(1);
      assertThat(agent.deleted).hasSize(1);

      time.advance(IssuerSweep.SOON);
      time.awaitParks(2);
      assertThat(agent.gauge()).contains(0);
      assertThat(Duration.between(time.instant(), time.onlyWaitEnds()))
          .isBetween(Duration.ofMinutes(48), Duration.ofMinutes(60));

      agent.made("later", KEY, agent.wentBack(KEY));
      time.advance(IssuerSweep.BETWEEN_LOOKS);
      time.awaitParks(3);
      assertThat(agent.provider.ids()).doesNotContain("later");
    }
  }

  @Test
  void providerThatHangsHoldsUpNeitherTheStartNorTheEnd() throws InterruptedException {
    agent.made("orphan", KEY, agent.wentBack(KEY));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    OrphanSweep sweep =
        sweep(
            (reached, at) -> {
              if (reached == Failpoint.ISSUER_LIST_ORPHANS) {
                asked.countDown();
                try {
                  answered.await();
                } catch (InterruptedException stopping) {
                  left.countDown();
                  Thread.currentThread().interrupt();
                }
              }
            });
    sweep.start();
    asked.await();
    sweep.close();
    left.await();

    assertThat(agent.deleted).isEmpty();
  }

  @Test
  void closedSweepLooksNoMore() {
    OrphanSweep sweep = sweep(Failpoints.NONE);
    sweep.start();
    time.awaitParks(1);
    int before = agent.provider.lists;
    sweep.close();
    time.advance(Duration.ofDays(1));

    assertThat(agent.provider.lists).isEqualTo(before);
  }

  private OrphanSweep sweep(Failpoints failpoints) {
    return new OrphanSweep(agent.targets(), agent.surroundings(time, failpoints), agent);
  }
}
