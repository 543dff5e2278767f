package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Stops the engine at every place where it touches the outside, and lets a new one go on. */
final class CrashMatrixTest {
  /** More often than any failpoint is reached in one rotation. */
  private static final int MOST_OCCURRENCES = 40;

  /** After how many places of its recovery an agent is stopped again. */
  private static final int[] SECOND_CRASHES = {1, 4, 10};

  @TempDir(factory = RamDirectory.class)
  Path directory;

  static Stream<Arguments> placesAndOrders() {
    List<Arguments> all = new ArrayList<>();
    for (Order order : Order.values()) {
      for (Failpoint failpoint : Failpoint.values()) {
        for (Moment moment : List.of(Moment.BEFORE, Moment.AFTER)) {
          all.add(Arguments.of(order, failpoint, moment));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}, {1} {2}")
  @MethodSource("placesAndOrders")
  void rotationStoppedAnywhereEndsAsIfItHadNotBeen(
      Order order, Failpoint failpoint, Moment moment) {
    for (int occurrence = 1; occurrence <= MOST_OCCURRENCES; occurrence++) {
      Path journal = directory.resolve(failpoint + "-" + occurrence);
      try (RotationHarness agent = new RotationHarness(journal)) {
        agent.failpoints(Faults.crashAt(failpoint, moment, occurrence));
        RotationPlan plan = agent.plan(Cause.COMPROMISED, order, WithoutSuccessor.KEEP);
        if (!crashed(agent, plan)) {
          return;
        }
        finish(agent, plan);
        assertDone(agent, order);
      }
    }
    throw new AssertionError(failpoint + " is reached more often than this test looks");
  }

  @ParameterizedTest(name = "{0}, {1} {2}")
  @MethodSource("placesAndOrders")
  void rotationStoppedAgainWhileItRecoversEndsAsIfItHadNotBeen(
      Order order, Failpoint failpoint, Moment moment) {
    for (int occurrence = 1; occurrence <= MOST_OCCURRENCES; occurrence++) {
      for (int places : SECOND_CRASHES) {
        Path journal = directory.resolve(failpoint + "-" + occurrence + "-" + places);
        try (RotationHarness agent = new RotationHarness(journal)) {
          agent.failpoints(Faults.crashAt(failpoint, moment, occurrence));
          RotationPlan plan = agent.plan(Cause.COMPROMISED, order, WithoutSuccessor.KEEP);
          if (!crashed(agent, plan)) {
            return;
          }
          if (crashedAgain(agent, plan, Faults.crashAfter(places + occurrence % 3))) {
            finish(agent, plan);
          }
          assertDone(agent, order);
        }
      }
    }
  }

  private static boolean crashedAgain(
      RotationHarness agent, RotationPlan plan, Failpoints failpoints) {
    try {
      agent.restart(failpoints);
      if (agent.recovered().isEmpty()) {
        agent.begin(plan);
      }
      agent.runToEnd();
      return false;
    } catch (Faults.Crash crash) {
      return true;
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Failpoint.class)
  void lostAnswerOfAnyCallIsSettled(Failpoint failpoint) {
    if (failpoint == Failpoint.JOURNAL_APPEND) {
      return;
    }
    for (int occurrence = 1; occurrence <= MOST_OCCURRENCES; occurrence++) {
      Path journal = directory.resolve(failpoint + "-" + occurrence);
      try (RotationHarness agent = new RotationHarness(journal)) {
        boolean[] lost = {false};
        var fault = Faults.answerLost(failpoint, occurrence);
        agent.failpoints(
            (reached, at) -> {
              try {
                fault.reach(reached, at);
              } catch (RuntimeException e) {
                lost[0] = true;
                throw e;
              }
            });
        agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();
        assertDone(agent, Order.OVERLAP);
        if (!lost[0]) {
          return;
        }
      }
    }
  }

  private static boolean crashed(RotationHarness agent, RotationPlan plan) {
    try {
      agent.begin(plan).runToEnd();
      return false;
    } catch (Faults.Crash crash) {
      return true;
    }
  }

  private static void finish(RotationHarness agent, RotationPlan plan) {
    agent.restart();
    if (agent.recovered().isEmpty()) {
      agent.begin(plan);
    }
    agent.runToEnd();
  }

  private static void assertDone(RotationHarness agent, Order order) {
    Receipt receipt = agent.run.chronicle.receipt();
    assertThat(receipt.state()).as("%s", receipt).isEqualTo(Receipt.DONE);
    assertThat(agent.issuer.live.keySet()).contains("foreign").doesNotContain("old").hasSize(2);
    assertThat(agent.issuer.accepts(agent.store.value())).isTrue();
    assertThat(agent.store.pending).isNull();
    assertThat(agent.store.flag).isNull();
    assertThat(receipt.newVersion()).contains(new Version("" + agent.store.current.number()));
    assertThat(receipt.order()).isEqualTo(order);
  }
}
