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
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reaches a rotation from outside while it runs: a leak, consumers that come and complain. */
final class JoiningTest {
  private static final SecretName KEY = LiveAgent.KEY;
  private static final Version ONE = new Version("1");
  private static final Version TWO = new Version("2");
  private static final Duration SOON = Duration.ofSeconds(30);

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

  /**
   * A rotation that nobody is in a hurry with, in its grace, with a consumer of the old version.
   */
  private Receipt inItsGrace() {
    agent.consumers.fetched(KEY, ONE, agent.consumer(7, "app"));
    Receipt running = agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    agent.time.awaitParks(1);
    return running;
  }

  @Test
  void aLeakLearntOfDuringTheGraceIsFlaggedInTheStoreToo() throws Exception {
    Receipt running = inItsGrace();
    assertThat(agent.store(KEY).flag).isNull();
    agent.rotations.start(LiveAgent.request(KEY, Cause.COMPROMISED, SOON));
    agent.time.awaitParks(2);

    assertThat(agent.store(KEY).flag).isEqualTo(CompromiseFlag.of(ONE, running.reason()));
    agent.time.advance(SOON);
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    assertThat(agent.store(KEY).flag).isNull();
    assertThat(agent.rotations.list()).hasSize(1);
  }

  @Test
  void aLeakLearntOfBeforePromotionIsFlaggedInTheStoreToo() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.BEFORE);
    AtomicInteger flags = new AtomicInteger();
    agent.restart(
        (failpoint, moment) -> {
          gate.reach(failpoint, moment);
          if (failpoint == Failpoint.STORE_FLAG && moment == Moment.AFTER) {
            flags.incrementAndGet();
          }
        });
    agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    gate.awaitReached();
    agent.rotations.start(LiveAgent.request(KEY, Cause.COMPROMISED, SOON));
    gate.open();

    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    assertThat(flags).hasValue(1);
    assertThat(agent.store(KEY).flag).isNull();
  }

  @Test
  void aFlagThatSomebodyElseSetMeanwhileIsNeitherOverwrittenNorCleared() throws Exception {
    inItsGrace();
    CompromiseFlag theirs = new CompromiseFlag("incident 7");
    agent.store(KEY).flag = theirs;
    agent.rotations.start(LiveAgent.request(KEY, Cause.COMPROMISED, SOON));
    agent.time.awaitParks(2);
    agent.time.advance(SOON);

    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    assertThat(agent.store(KEY).flag).isEqualTo(theirs);
  }

  @Test
  void aStoreThatTakesNoFlagDoesNotKeepALeakedKeyAlive() throws Exception {
    inItsGrace();
    AtomicInteger tries = new AtomicInteger();
    agent.store(KEY).beforeHead =
        () -> {
          if (tries.incrementAndGet() <= 3) {
            throw new StoreException.Unavailable("the store is away", null);
          }
        };
    agent.rotations.start(LiveAgent.request(KEY, Cause.COMPROMISED, SOON));
    agent.time.awaitParks(2);
    agent.time.advance(SOON);

    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    assertThat(agent.issuer(KEY).live).doesNotContainKey("old");
  }

  @Test
  void theSameFlagOfTheStoreSeenAgainFillsNoJournal() {
    Receipt running = inItsGrace();
    agent.rotations.flagged(KEY, TWO, new CompromiseFlag("incident 7"));
    agent.time.awaitParks(2);
    agent.time.advance(Duration.ofSeconds(1));
    agent.journal.close();
    agent.rotations.flagged(KEY, TWO, new CompromiseFlag("incident 7"));

    assertThat(agent.rotations.list()).extracting(Receipt::id).containsExactly(running.id());
    assertThat(agent.rotations.list().getFirst().cause()).isEqualTo(Cause.COMPROMISED);
  }

  @Test
  void aConsumerThatIsRefusedWithTheNewVersionShowsInTheReceipt() throws Exception {
    Receipt running = inItsGrace();
    agent.rotations.rejected(KEY, ONE, "app of the old version");
    agent.rotations.rejected(KEY, TWO, "app (pid 7)");
    agent.rotations.rejected(KEY, TWO, "app (pid 7)");
    agent.rotations.rejected(KEY, TWO, "other (pid 8)");

    assertThat(problem(agent.rotations.find(running.id()).orElseThrow()))
        .isEqualTo(
            "the provider refuses the new version, say its consumers: app (pid 7), other (pid 8)");
    agent.time.advance(Duration.ofMinutes(10));
    Receipt ended = agent.awaitEnd();
    assertThat(ended.state()).isEqualTo(Receipt.DONE);
    assertThat(problem(ended)).contains("app (pid 7)");
    agent.rotations.rejected(KEY, TWO, "late (pid 9)");
    assertThat(agent.rotations.find(running.id())).contains(ended);
    agent.restart(Failpoints.NONE);
    assertThat(problem(agent.rotations.find(running.id()).orElseThrow())).contains("other (pid 8)");
  }

  private static String problem(Receipt receipt) {
    return receipt.steps().stream()
        .filter(step -> step.step() == Step.PROPAGATE)
        .flatMap(step -> step.problem().stream())
        .findFirst()
        .orElse("");
  }

  @Test
  void aConsumerThatAppearsInTheMiddleIsNamedAndNotWaitedForTwice() throws Exception {
    agent.consumers.fetched(KEY, ONE, agent.consumer(7, "app"));
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.consumers.fetched(KEY, TWO, agent.consumer(8, "newcomer"));
    agent.time.awaitParks(2);
    agent.consumers.fetched(KEY, TWO, agent.consumer(7, "app"));

    Receipt done = agent.awaitEnd();
    assertThat(done.acknowledged())
        .extracting(Receipt.AckRecord::consumer)
        .satisfiesExactlyInAnyOrder(
            one -> assertThat(one).contains("app"), one -> assertThat(one).contains("newcomer"));
    assertThat(done.cut()).isEmpty();
  }

  @Test
  void aConsumerThatDiesWhileItIsWaitedForIsNotCutButGone() throws Exception {
    var consumer = agent.consumer(7, "app");
    agent.consumers.fetched(KEY, ONE, consumer);
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.livingProcesses.remove(7);
    agent.consumers.disconnected(consumer);

    Receipt done = agent.awaitEnd();
    assertThat(done.state()).isEqualTo(Receipt.DONE);
    assertThat(done.cut()).isEmpty();
    assertThat(done.acknowledged()).isEmpty();
  }
}
