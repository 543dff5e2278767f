package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.IssuerException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who watch over many agents are told of a secret's rotations. */
final class StandingsTest {
  private static final SecretName KEY = LiveAgent.KEY;

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

  private RotationStanding standing() {
    List<RotationStanding> all = agent.rotations.standings();
    assertThat(all).hasSize(1);
    assertThat(all.getFirst().secret()).isEqualTo(KEY);
    return all.getFirst();
  }

  /** A leak that no successor can be made for, seen until a person is called. */
  private Receipt leakWithoutSuccessor() throws InterruptedException {
    agent.issuer(KEY).issueFailure = new IssuerException.LimitReached("key limit reached");
    agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.time.advance(Duration.ofMinutes(2));
    Receipt receipt = agent.awaitEnd();
    assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
    return receipt;
  }

  @Test
  void nothingIsSaidOfASecretThatWasNeverRotated() {
    assertThat(agent.rotations.standings()).isEmpty();
  }

  @Test
  void aRunningLeakIsDueAtItsDeadlineAndUnprovenUntilItEndsWell() throws Exception {
    Gate gate = new Gate(Failpoint.ISSUER_REVOKE_PREDECESSOR, Moment.BEFORE);
    agent.restart(gate);
    Receipt running = agent.compromised(KEY);
    gate.awaitReached();

    assertThat(standing())
        .isEqualTo(
            new RotationStanding(
                KEY, Optional.of(running.deadline()), Optional.of(running.deadline()), false));
    gate.open();
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    assertThat(standing())
        .isEqualTo(new RotationStanding(KEY, Optional.empty(), Optional.empty(), false));
  }

  @Test
  void aRotationWithoutALeakIsDueAtTheEndOfItsGraceAndLeavesNothingUnproven() throws Exception {
    Receipt asked = agent.rotations.start(LiveAgent.request(KEY, Cause.REQUESTED));
    agent.time.awaitParks(1);
    Instant promoted =
        agent.rotations.find(asked.id()).orElseThrow().steps().stream()
            .filter(step -> step.step() == Step.PROMOTE)
            .flatMap(step -> step.finishedAt().stream())
            .findFirst()
            .orElseThrow();

    assertThat(standing())
        .isEqualTo(
            new RotationStanding(
                KEY, Optional.of(promoted.plus(Duration.ofMinutes(10))), Optional.empty(), false));
  }

  @Test
  void aLeakThatCalledAPersonStaysUnprovenOverARestartUntilALaterRotationEndsWell()
      throws Exception {
    Receipt first = leakWithoutSuccessor();
    agent.restart(Failpoints.NONE);
    assertThat(standing())
        .isEqualTo(
            new RotationStanding(KEY, Optional.empty(), Optional.of(first.deadline()), true));

    agent.issuer(KEY).issueFailure = null;
    Gate gate = new Gate(Failpoint.ISSUER_REVOKE_PREDECESSOR, Moment.BEFORE);
    agent.restart(gate);
    Receipt second = agent.compromised(KEY);
    gate.awaitReached();
    assertThat(standing())
        .as("the second one runs, and the first leak goes on")
        .isEqualTo(
            new RotationStanding(
                KEY, Optional.of(second.deadline()), Optional.of(first.deadline()), false));

    gate.open();
    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
    assertThat(standing())
        .isEqualTo(new RotationStanding(KEY, Optional.empty(), Optional.empty(), false));
  }

  @Test
  void aLeakThatAPersonCancelledIsTheirDecision() throws Exception {
    agent.issuer(KEY).issueFailure = new IssuerException.LimitReached("key limit reached");
    Receipt running = agent.compromised(KEY);
    agent.time.awaitParks(1);
    agent.rotations.cancel(running.id(), "uid 0");

    assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.ROLLED_BACK);
    assertThat(standing())
        .isEqualTo(new RotationStanding(KEY, Optional.empty(), Optional.empty(), false));
  }
}
