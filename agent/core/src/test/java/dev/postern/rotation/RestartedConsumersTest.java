package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.Holding;
import dev.postern.failpoint.Failpoints;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consumers that a rotation waits for while its agent is restarted. */
final class RestartedConsumersTest {
  private static final SecretName KEY = LiveAgent.KEY;
  private static final Version ONE = new Version("1");
  private static final Version TWO = new Version("2");

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
  void consumerOfTheOldVersionIsStillWaitedForAfterARestart() throws Exception {
    Consumer consumer = agent.consumer(7, "app");
    agent.consumers.fetched(KEY, ONE, consumer);
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.restart(Failpoints.NONE);
    agent.time.awaitParks(2);

    assertThat(agent.consumers.holdings(KEY))
        .extracting(Holding::consumer, Holding::fetched)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(consumer, ONE));
    assertThat(agent.rotations.list().getFirst().state()).isEqualTo("promoted");
    assertThat(agent.issuer(KEY).live).containsKey("old");

    agent.consumers.fetched(KEY, TWO, consumer);
    Receipt done = agent.awaitEnd();
    assertThat(done.state()).isEqualTo(Receipt.DONE);
    assertThat(done.cut()).isEmpty();
    assertThat(done.timeToRevoke().orElseThrow()).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void consumerThatEndedDuringTheRestartIsNotWaitedFor() throws Exception {
    agent.consumers.fetched(KEY, ONE, agent.consumer(7, "app"));
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.livingProcesses.clear();
    agent.restart(Failpoints.NONE);

    Receipt done = agent.awaitEnd();
    assertThat(done.state()).isEqualTo(Receipt.DONE);
    assertThat(done.cut()).isEmpty();
  }

  @Test
  void consumerThatAcknowledgedBeforeTheRestartIsNeitherWaitedForNorCut() throws Exception {
    Consumer quick = agent.consumer(7, "my app: worker/1");
    Consumer slow = agent.consumer(8, "slow");
    agent.consumers.fetched(KEY, ONE, quick);
    agent.consumers.fetched(KEY, ONE, slow);
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.consumers.fetched(KEY, TWO, quick);
    agent.time.awaitParks(2);
    agent.restart(Failpoints.NONE);
    agent.time.awaitParks(3);
    agent.time.advance(Duration.ofMinutes(2));

    Receipt done = agent.awaitEnd();
    assertThat(done.acknowledged())
        .extracting(Receipt.AckRecord::consumer)
        .containsExactly(quick.describe());
    assertThat(done.cut()).containsExactly(slow.describe());
  }

  @Test
  void deadlineThatPassedWhileNoAgentRanStillCutsAtOnce() throws Exception {
    agent.consumers.fetched(KEY, ONE, agent.consumer(7, "app"));
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.close();
    agent.time.advance(Duration.ofHours(3));
    agent.restart(Failpoints.NONE);

    Receipt done = agent.awaitEnd();
    assertThat(done.state()).isEqualTo(Receipt.DONE);
    assertThat(done.cut()).hasSize(1);
  }
}
