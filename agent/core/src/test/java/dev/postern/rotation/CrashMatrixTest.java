package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.rotation.Setting.Trial;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stops the engine at every place where it touches the outside, and again at every place of what
 * follows; loses the answer of every call. Each time the end is the one without the trouble.
 */
final class CrashMatrixTest {
  /** All pairs take minutes; of these the offset makes others be tried after each first place. */
  private static final int STRIDE = 19;

  /** More than any rotation has, so that a rotation that never ends is seen. */
  private static final int MOST_PLACES = 2000;

  private static int points;
  private static int pairs;
  private static int answers;

  @TempDir(factory = RamDirectory.class)
  Path directory;

  private int trials;

  @AfterAll
  static void tellHowManyWereTried() {
    System.out.printf(
        "crash matrix: %d settings, %d single crashes, %d pairs of crashes, %d lost answers%n",
        Setting.values().length, points, pairs, answers);
  }

  @ParameterizedTest
  @EnumSource
  void rotationStoppedAtAnyPlaceEndsAsIfItHadNotBeen(Setting setting) {
    for (int place = 1; place < MOST_PLACES; place++) {
      try (Trial trial = next(setting)) {
        RotationPlan plan = trial.plan(Cause.COMPROMISED);
        if (!crashes(trial, plan, Faults.crashAfter(place))) {
          assertThat(place).as("places tried").isGreaterThan(40);
          return;
        }
        points++;
        finish(trial, plan);
        trial.assertDone();
      }
    }
    throw new AssertionError("a rotation has more places than this test looks at");
  }

  @ParameterizedTest
  @EnumSource
  void rotationStoppedAgainInItsRecoveryEndsAsIfItHadNotBeen(Setting setting) {
    crashTwice(setting, STRIDE);
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @EnumSource
  void rotationStoppedAgainAtEachPlaceOfItsRecoveryEndsAsIfItHadNotBeen(Setting setting) {
    crashTwice(setting, 1);
  }

  private void crashTwice(Setting setting, int stride) {
    for (int first = 1; first < MOST_PLACES; first++) {
      for (int second = 1 + first % stride; second < MOST_PLACES; second += stride) {
        try (Trial trial = next(setting)) {
          RotationPlan plan = trial.plan(Cause.COMPROMISED);
          if (!crashes(trial, plan, Faults.crashAfter(first))) {
            return;
          }
          if (!crashesAgain(trial, plan, Faults.crashAfter(second))) {
            break;
          }
          pairs++;
          finish(trial, plan);
          trial.assertDone();
        }
      }
    }
  }

  /** Each answer is lost once, the act having been done. */
  @ParameterizedTest
  @EnumSource
  void lostAnswerOfAnyCallIsSettled(Setting setting) {
    Set<Failpoint> calls = EnumSet.complementOf(EnumSet.of(Failpoint.JOURNAL_APPEND));
    for (Failpoint call : calls) {
      for (int occurrence = 1; occurrence < MOST_PLACES; occurrence++) {
        try (Trial trial = next(setting)) {
          boolean[] lost = {false};
          trial.agent.failpoints(noting(lost, Faults.answerLost(call, occurrence)));
          trial.agent.begin(trial.plan(Cause.COMPROMISED)).runToEnd();
          trial.assertDone();
          if (!lost[0]) {
            break;
          }
          answers++;
        }
      }
    }
  }

  /** The answer is lost, and before the engine has settled it, its process dies. */
  @ParameterizedTest
  @EnumSource
  void crashAfterALostAnswerIsSettledToo(Setting setting) {
    Set<Failpoint> calls = EnumSet.complementOf(EnumSet.of(Failpoint.JOURNAL_APPEND));
    for (Failpoint call : calls) {
      for (int later = 1; later < 30; later += 3) {
        try (Trial trial = next(setting)) {
          RotationPlan plan = trial.plan(Cause.COMPROMISED);
          boolean[] lost = {false};
          Failpoints faults = noting(lost, Faults.answerLost(call, 1));
          Failpoints crash = Faults.crashAfter(later);
          Failpoints both =
              (failpoint, moment) -> {
                if (lost[0]) {
                  crash.reach(failpoint, moment);
                }
                faults.reach(failpoint, moment);
              };
          if (!crashes(trial, plan, both)) {
            trial.assertDone();
            break;
          }
          pairs++;
          finish(trial, plan);
          trial.assertDone();
        }
      }
    }
  }

  /** A failpoint that no setting reaches would be a place that nothing is known about. */
  @ParameterizedTest
  @EnumSource(Moment.class)
  void everyPlaceOfTheCycleIsReachedInSomeSetting(Moment moment) {
    Set<Failpoint> reached = EnumSet.noneOf(Failpoint.class);
    Failpoints noting =
        (failpoint, at) -> {
          if (at == moment) {
            reached.add(failpoint);
          }
        };
    for (Setting setting : Setting.values()) {
      for (int place = 1; place < MOST_PLACES; place++) {
        try (Trial trial = next(setting)) {
          RotationPlan plan = trial.plan(Cause.COMPROMISED);
          if (!crashes(trial, plan, Faults.crashAfter(place))) {
            break;
          }
          crashesAgain(trial, plan, noting);
        }
      }
      try (Trial trial = next(setting)) {
        trial.agent.failpoints(noting);
        trial.agent.begin(trial.plan(Cause.REQUESTED)).runUntil("staged");
        trial.agent.run.cancel("test");
        trial.agent.runToEnd();
      }
    }
    assertThat(reached)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Failpoint.values()).filter(Failpoint::ofTheCycle).toList());
  }

  private static Failpoints noting(boolean[] happened, Failpoints faults) {
    return (failpoint, moment) -> {
      try {
        faults.reach(failpoint, moment);
      } catch (RuntimeException e) {
        happened[0] = true;
        throw e;
      }
    };
  }

  private Trial next(Setting setting) {
    return setting.trial(directory.resolve(Integer.toString(++trials)));
  }

  private static boolean crashes(Trial trial, RotationPlan plan, Failpoints failpoints) {
    trial.agent.failpoints(failpoints);
    try {
      trial.agent.begin(plan).runToEnd();
      return false;
    } catch (Faults.Crash crash) {
      return true;
    }
  }

  private static boolean crashesAgain(Trial trial, RotationPlan plan, Failpoints failpoints) {
    try {
      resume(trial, plan, failpoints);
      return false;
    } catch (Faults.Crash crash) {
      return true;
    }
  }

  private static void finish(Trial trial, RotationPlan plan) {
    resume(trial, plan, Failpoints.NONE);
  }

  private static void resume(Trial trial, RotationPlan plan, Failpoints failpoints) {
    if (!trial.agent.restart(failpoints)) {
      trial.agent.begin(plan);
    }
    trial.agent.runToEnd();
  }
}
