package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.IssuerException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many rotations at once: who waits, who goes first, and what a repeated bulk request does. */
final class BulkTest {
  private static final SecretName KEY = LiveAgent.KEY;
  private static final SecretName OTHER = LiveAgent.OTHER;

  @TempDir(factory = RamDirectory.class)
  Path directory;

  @SuppressWarnings("NullAway.Init") // @BeforeEach
  private LiveAgent agent;

  @BeforeEach
  void boot() {
    agent = new LiveAgent(directory);
    agent.concurrency = 1;
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void aRotationWithoutASlotStaysPlannedAndIsNotHeldResponsibleForHavingWaited() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.BEFORE);
    agent.restart(gate);
    agent.compromised(KEY);
    gate.awaitReached();
    Receipt queued = agent.compromised(OTHER);
    agent.time.awaitParks(1);
    agent.time.advance(Duration.ofMinutes(30));

    assertThat(agent.rotations.find(queued.id()).orElseThrow().state()).isEqualTo("planned");
    assertThat(agent.issuer(OTHER).calls).isEmpty();
    gate.open();
    agent.awaitEnd();
    Receipt done = agent.awaitEnd();
    assertThat(done.id()).isEqualTo(queued.id());
    assertThat(done.state()).isEqualTo(Receipt.DONE);
    assertThat(done.timeToRevoke().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void aQueueSurvivesARestart() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.AFTER);
    agent.restart(gate);
    Receipt first = agent.compromised(KEY);
    gate.awaitReached();
    Receipt second = agent.compromised(OTHER);
    agent.time.awaitParks(1);
    Thread closing = Thread.ofPlatform().start(agent.rotations::close);
    while (closing.isAlive() && closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    gate.open();
    assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
    agent.restart(Failpoints.NONE);

    assertThat(List.of(agent.awaitEnd(), agent.awaitEnd()))
        .allMatch(receipt -> receipt.state().equals(Receipt.DONE))
        .extracting(Receipt::id)
        .containsExactlyInAnyOrder(first.id(), second.id());
  }

  @Test
  void aRotationThatOnlyWaitsForItsConsumersHoldsUpNobody() throws Exception {
    agent.restart(Failpoints.NONE);
    Receipt slow = agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    agent.time.awaitParks(1);
    assertThat(agent.rotations.find(slow.id()).orElseThrow().state()).isEqualTo("promoted");
    agent.compromised(OTHER);

    assertThat(agent.awaitEnd().secret()).isEqualTo(OTHER);
    agent.time.advance(Duration.ofMinutes(10));
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
  }

  @Test
  void aRotationThatIsTriedAgainLaterHoldsUpNobody() throws Exception {
    agent.restart(Failpoints.NONE);
    agent.issuer(KEY).issueFailure =
        new IssuerException.Throttled("too many calls", Optional.of(Duration.ofMinutes(2)));
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.compromised(OTHER);

    assertThat(agent.awaitEnd().secret()).isEqualTo(OTHER);
  }

  @Test
  void aQueuedRotationCanBeCancelledWithoutWaitingForItsTurn() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.BEFORE);
    agent.restart(gate);
    agent.compromised(KEY);
    gate.awaitReached();
    Receipt queued = agent.rotations.start(LiveAgent.request(OTHER, Cause.REQUESTED));
    agent.time.awaitParks(1);
    agent.rotations.cancel(queued.id(), "uid 0");

    Receipt ended = agent.awaitEnd();
    assertThat(ended.id()).isEqualTo(queued.id());
    assertThat(ended.state()).isEqualTo(Receipt.ROLLED_BACK);
    gate.open();
    assertThat(agent.awaitEnd().secret()).isEqualTo(KEY);
  }

  @Test
  void whatTheProviderAskedOfOneRotationAllOfItsOthersHeed() throws Exception {
    agent.concurrency = 2;
    agent.issuers.put(OTHER, agent.issuer(KEY));
    agent.issuer(KEY).issueFailure =
        new IssuerException.Throttled("too many calls", Optional.of(Duration.ofMinutes(2)));
    agent.restart(Failpoints.NONE);
    Receipt first = agent.compromised(KEY);
    agent.time.awaitParks(1);
    int calls = agent.issuer(KEY).calls.size();
    Receipt second = agent.compromised(OTHER);
    agent.time.awaitParks(2);

    assertThat(agent.issuer(KEY).calls).hasSize(calls);
    assertThat(agent.rotations.find(second.id()).orElseThrow().state()).isEqualTo("planned");
    agent.issuer(KEY).issueFailure = null;
    agent.time.advance(Duration.ofMinutes(2));
    // The first has missed its deadline with the provider throttling; the second had not begun.
    List<Receipt> ended = List.of(agent.awaitEnd(), agent.awaitEnd());
    assertThat(ended).extracting(Receipt::id).containsExactlyInAnyOrder(first.id(), second.id());
    assertThat(agent.rotations.find(second.id()).orElseThrow().state()).isEqualTo(Receipt.DONE);
  }

  @Test
  void aBatchAskedForAgainRotatesNothingTwice() throws Exception {
    agent.restart(Failpoints.NONE);
    Receipt first = agent.rotations.start(batch(KEY, "breach-7"));
    Receipt done = agent.awaitEnd();

    assertThat(agent.rotations.start(batch(KEY, "breach-7"))).isEqualTo(done);
    assertThat(agent.rotations.batch("breach-7")).containsExactly(done);
    assertThat(agent.rotations.batch("other")).isEmpty();
    agent.restart(Failpoints.NONE);
    assertThat(agent.rotations.start(batch(KEY, "breach-7")).id()).isEqualTo(first.id());
    assertThat(agent.rotations.list()).hasSize(1);

    agent.rotations.start(batch(KEY, "breach-8"));
    assertThat(agent.awaitEnd().id()).isNotEqualTo(first.id());
  }

  @Test
  void aBatchAskedForAgainAnswersWithWhatRunsAndRecordsNothing() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.BEFORE);
    agent.restart(gate);
    Receipt running = agent.rotations.start(batch(KEY, "breach-7"));
    gate.awaitReached();
    agent.time.advance(Duration.ofSeconds(1));
    agent.journal.close();

    assertThat(agent.rotations.start(batch(KEY, "breach-7")).id()).isEqualTo(running.id());
    gate.open();
  }

  @Test
  void aRotationThatABatchJoinedBelongsToItToo() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_ISSUE, Moment.BEFORE);
    agent.restart(gate);
    Receipt running = agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    gate.awaitReached();
    Receipt joined = agent.rotations.start(batch(KEY, "breach-7"));
    gate.open();
    agent.awaitEnd();

    assertThat(joined.id()).isEqualTo(running.id());
    assertThat(joined.cause()).isEqualTo(Cause.COMPROMISED);
    assertThat(agent.rotations.start(batch(KEY, "breach-7")).id()).isEqualTo(running.id());
    assertThat(agent.rotations.list()).hasSize(1);
  }

  @Test
  void whatABatchDidNotAchieveIsTriedAgain() throws Exception {
    agent.issuer(KEY).issueFailure = new IssuerException.LimitReached("key limit reached");
    agent.restart(Failpoints.NONE);
    agent.rotations.start(batch(KEY, "breach-7"));
    agent.time.awaitParks(1);
    agent.time.advance(Duration.ofMinutes(2));
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.NEEDS_OPERATOR);

    agent.issuer(KEY).issueFailure = null;
    agent.rotations.start(batch(KEY, "breach-7"));
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    assertThat(agent.rotations.batch("breach-7")).hasSize(2);
  }

  @Test
  void oneFailingSecretStopsNoOther() throws Exception {
    agent.restart(Failpoints.NONE);
    agent.issuer(KEY).issueFailure = new IssuerException.Forbidden("no right");
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.compromised(OTHER);
    assertThat(agent.awaitEnd().secret()).isEqualTo(OTHER);
    agent.time.advance(Duration.ofMinutes(2));
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.NEEDS_OPERATOR);
  }

  private static RotationRequest batch(SecretName secret, String name) {
    return new RotationRequest(
        secret,
        Cause.COMPROMISED,
        "the provider was breached",
        "test",
        Optional.empty(),
        Optional.empty(),
        Optional.of(name));
  }
}
