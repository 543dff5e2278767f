package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.RotationId;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches beside rotations that really run. */
final class AftermathsTest {
  @TempDir(factory = RamDirectory.class)
  Path directory;

  private final FakeActivity activity = new FakeActivity();

  @Test
  void rotationEndsWithoutWaitingForItsWatchAndTheWatchGoesOn() throws InterruptedException {
    try (LiveAgent agent = agent(Failpoints.NONE)) {
      agent.compromised(LiveAgent.KEY);
      Receipt ended = agent.awaitEnd();
      assertThat(ended.state()).isEqualTo(Receipt.DONE);

      agent.time.awaitParks(1);
      activity.use("old", "198.51.100.7", agent.time.instant().plusSeconds(5));
      awaitWatched(agent, seen -> seen.lastLook().isPresent());
      agent.time.advance(Duration.ofHours(2));
      Aftermath last = awaitWatched(agent, Aftermath::finished);
      assertThat(last.usesAfterRevocation()).isEqualTo(1);
      assertThat(agent.rotations.find(ended.id()).orElseThrow().endedAt())
          .isEqualTo(ended.endedAt());
    }
  }

  @Test
  void providerThatHangsAtTheBaselineDoesNotHoldTheRotationUp() throws InterruptedException {
    Gate gate = new Gate(Failpoint.ISSUER_ACTIVITY, Moment.BEFORE);
    try (LiveAgent agent = agent(gate)) {
      agent.compromised(LiveAgent.KEY);
      gate.awaitReached();
      assertThat(agent.awaitEnd().state()).isEqualTo(Receipt.DONE);
      gate.open();
      awaitWatched(agent, seen -> seen.lastLook().isPresent());
    }
  }

  @Test
  void secondRotationOfTheSecretRunsWhileTheFirstIsStillWatched() throws InterruptedException {
    try (LiveAgent agent = agent(Failpoints.NONE)) {
      agent.compromised(LiveAgent.KEY);
      Receipt first = agent.awaitEnd();
      agent.rotations.start(
          LiveAgent.request(LiveAgent.KEY, Cause.COMPROMISED, Duration.ofMinutes(1)));
      Receipt second = agent.awaitEnd();

      assertThat(second.id()).isNotEqualTo(first.id());
      assertThat(second.state()).isEqualTo(Receipt.DONE);
      assertThat(
              agent.rotations.find(first.id()).orElseThrow().aftermath().orElseThrow().finished())
          .isFalse();
    }
  }

  @Test
  void watchGoesOnAfterARestartAndAnEndedOneDoesNotBeginAnew() throws InterruptedException {
    try (LiveAgent agent = agent(Failpoints.NONE)) {
      agent.compromised(LiveAgent.KEY);
      RotationId id = agent.awaitEnd().id();
      awaitWatched(agent, seen -> seen.lastLook().isPresent());
      agent.restart(Failpoints.NONE);
      activity.use("old", "198.51.100.7", agent.time.instant().plusSeconds(5));
      agent.time.advance(Duration.ofHours(2));
      awaitWatched(agent, Aftermath::finished);

      agent.restart(
          (reached, at) -> {
            if (reached == Failpoint.ISSUER_ACTIVITY) {
              throw new AssertionError("the watch is over");
            }
          });
      assertThat(agent.rotations.find(id).orElseThrow().aftermath().orElseThrow())
          .matches(Aftermath::finished)
          .matches(seen -> seen.usesAfterRevocation() == 1);
    }
  }

  @Test
  void leakReportedOnlyLaterIsWatchedFromThenOn() throws InterruptedException {
    Gate gate = new Gate(Failpoint.STORE_PROMOTE, Moment.BEFORE);
    try (LiveAgent agent = agent(gate)) {
      Receipt requested = agent.rotations.start(LiveAgent.request(LiveAgent.KEY, Cause.REQUESTED));
      assertThat(requested.aftermath()).isEmpty();
      gate.awaitReached();
      agent.compromised(LiveAgent.KEY);
      gate.open();
      agent.awaitEnd();
      awaitWatched(agent, seen -> seen.lastLook().isPresent());
    }
  }

  @Test
  void taskIsMarkedByAPersonAndUnknownOnesAreRefused() throws InterruptedException {
    try (LiveAgent agent = agent(Failpoints.NONE)) {
      agent.compromised(LiveAgent.KEY);
      RotationId id = agent.awaitEnd().id();
      agent.rotations.mark(id, "ticket", true, "uid 0");
      agent.restart(Failpoints.NONE);

      assertThat(agent.rotations.find(id).orElseThrow().aftermath().orElseThrow().tasks())
          .filteredOn(task -> task.id().equals("ticket"))
          .singleElement()
          .matches(task -> task.state() == Aftermath.TaskState.DONE)
          .matches(task -> task.markedBy().orElseThrow().equals("uid 0"));
      assertThatThrownBy(() -> agent.rotations.mark(id, "no-such", true, "uid 0"))
          .isInstanceOfSatisfying(
              RotationRefused.class,
              refused ->
                  assertThat(refused.reason()).isEqualTo(RotationRefused.Reason.UNKNOWN_TASK));
      assertThatThrownBy(() -> agent.rotations.mark(RotationId.random(), "ticket", true, "uid 0"))
          .isInstanceOfSatisfying(
              RotationRefused.class,
              refused ->
                  assertThat(refused.reason()).isEqualTo(RotationRefused.Reason.UNKNOWN_ROTATION));
    }
  }

  private LiveAgent agent(Failpoints failpoints) {
    LiveAgent agent = new LiveAgent(directory);
    agent.watch = Duration.ofHours(1);
    agent.issuer(LiveAgent.KEY).activity = activity;
    agent.restart(failpoints);
    return agent;
  }

  private static Aftermath awaitWatched(LiveAgent agent, Predicate<Aftermath> wanted)
      throws InterruptedException {
    while (true) {
      Receipt receipt = agent.watched.poll(20, TimeUnit.SECONDS);
      if (receipt == null) {
        throw new AssertionError("was not looked at: " + agent.rotations.list());
      }
      Aftermath seen = receipt.aftermath().orElseThrow();
      if (wanted.test(seen)) {
        return seen;
      }
    }
  }
}
