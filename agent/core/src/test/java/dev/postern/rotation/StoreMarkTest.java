package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which mark in the store is a new leak. */
final class StoreMarkTest {
  private static final SecretName KEY = LiveAgent.KEY;
  private static final Version ONE = new Version("1");
  private static final Version TWO = new Version("2");
  private static final CompromiseFlag YES = new CompromiseFlag("yes");

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

  private Receipt rotatedFor(Version version) throws InterruptedException {
    agent.store(KEY).flag = YES;
    agent.rotations.flagged(KEY, version, YES);
    return agent.awaitEnd();
  }

  @Test
  void theWordsOfAMarkThatWasClearedAreANewLeakWhenTheyAreSetAgain() throws Exception {
    assertThat(rotatedFor(ONE).state()).isEqualTo(Receipt.DONE);
    assertThat(agent.store(KEY).flag).isNull();
    agent.restart(Failpoints.NONE);

    Receipt second = rotatedFor(TWO);
    assertThat(second.state()).isEqualTo(Receipt.DONE);
    assertThat(second.oldVersion()).isEqualTo(TWO);
  }

  @Test
  void aMarkThatTheStoreDoesNotLetUsReplaceIsRotatedForOnce() throws Exception {
    agent.restart(
        (reached, at) -> {
          if (reached == Failpoint.STORE_FLAG && at == Moment.BEFORE) {
            throw new StoreException.Denied("flags are read-only here");
          }
        });
    assertThat(rotatedFor(ONE).state()).isEqualTo(Receipt.DONE);
    assertThat(agent.store(KEY).flag).isEqualTo(YES);

    agent.rotations.flagged(KEY, TWO, YES);
    agent.restart(Failpoints.NONE);
    agent.rotations.flagged(KEY, TWO, YES);
    assertThat(agent.rotations.list()).hasSize(1);
  }

  @Test
  void aMarkThatCameWhileARotationRanIsLookedAtAsSoonAsItIsDone() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_PROBE_PREDECESSOR, Moment.BEFORE);
    agent.restart(gate);
    agent.serving.start(agent.rotations::flagged);
    agent.time.awaitParks(1);
    agent.compromised(KEY);
    gate.awaitReached();
    CompromiseFlag news = new CompromiseFlag("incident 8");
    agent.store(KEY).flag = news;
    agent.rotations.flagged(KEY, TWO, news);
    assertThat(agent.rotations.list()).hasSize(1);
    gate.open();

    // Each thread tells of its own rotation's end: the second may be heard of first.
    List<Receipt> both = List.of(agent.awaitEnd(), agent.awaitEnd());
    assertThat(both).extracting(Receipt::state).containsOnly(Receipt.DONE);
    assertThat(both)
        .filteredOn(receipt -> receipt.reason().equals("incident 8"))
        .singleElement()
        .extracting(Receipt::oldVersion)
        .isEqualTo(TWO);
  }
}
