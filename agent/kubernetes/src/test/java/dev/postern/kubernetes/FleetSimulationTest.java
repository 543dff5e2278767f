package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.kubernetes.api.ClusterObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FleetSimulationTest {
  private static final Duration AT_REST = Duration.ofHours(1);

  /** What all runs have shown together. */
  private static final class Sums {
    int finished;
    int cut;
    int takeovers;

    void add(Simulation run) {
      finished += run.finished;
      cut += run.cutAtDeadline;
      takeovers += run.takeovers;
    }
  }

  @Test
  void aHundredRunsWithCrashesPausesPartitionsAndSkewBreakNoInvariant() {
    Sums sums = runs(0, 100);

    assertThat(sums.finished).as("rotations that came to their end").isGreaterThan(150);
    assertThat(sums.takeovers).isGreaterThan(250);
    assertThat(sums.cut).isPositive();
  }

  @Test
  @Tag("exhaustive")
  void fiveThousandRunsBreakNoInvariant() {
    assertThat(runs(1_000, 5_000).finished).isGreaterThan(10_000);
  }

  private static Sums runs(int first, int count) {
    Sums sums = new Sums();
    for (long seed = first; seed < first + count; seed++) {
      try {
        sums.add(run(seed));
      } catch (AssertionError broken) {
        throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
      }
    }
    return sums;
  }

  private static Simulation run(long seed) {
    Simulation run = new Simulation(seed);
    run.start(6, 3);
    run.weather();
    run.time.runFor(Duration.ofSeconds(30));
    for (int i = 0; i < 12; i++) {
      if (i % 3 == 0) {
        run.ask();
      }
      run.harm();
      run.time.runFor(Duration.ofSeconds(5 + run.random.nextInt(30)));
    }
    run.heal();
    run.time.runFor(Duration.ofMinutes(10));
    run.everybodyServesWhatWasPromotedLast();
    run.theJournalHoldsWhatItPromised();
    run.end();
    return run;
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    List<Map<String, Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      calls.add(new TreeMap<>(run(42).cluster.calls()));
    }

    assertThat(calls.getFirst()).isEqualTo(calls.getLast());
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1_000})
  void aRotationCostsOneCallPerSidecarAndAFewMoreAndRestIsAHeartbeat(int readers) {
    Simulation run = calm(readers);
    run.cluster.forgetCalls();
    run.time.runFor(AT_REST);
    Map<String, Integer> rest = new TreeMap<>(run.cluster.calls());
    run.cluster.forgetCalls();

    run.ask();
    long asked = run.time.now();
    run.time.runUntil(() -> run.finished == 1, Duration.ofMinutes(1), "it is done");
    Duration took = Duration.ofNanos(run.time.now() - asked);
    int calls = run.cluster.callsInAll();
    run.everybodyServesWhatWasPromotedLast();
    run.end();

    System.out.println(
        readers
            + " sidecars, at rest in an hour "
            + rest
            + ", for a rotation "
            + calls
            + " in "
            + took);
    assertThat(rest).containsOnlyKeys("update");
    // One heartbeat a minute of each agent, and the renewals of one Lease.
    assertThat(rest.get("update"))
        .isBetween((int) (57 * (readers + 3.0)) + 850, (int) (63 * (readers + 3.0)) + 950);
    // Each sidecar's acknowledgement and, in the same time, some heartbeats and renewals.
    assertThat(calls).isBetween(readers, (int) (readers * 1.25) + 60);
    assertThat(run.cutAtDeadline).isZero();
  }

  private static Simulation calm(int readers) {
    Simulation run = new Simulation(7);
    run.wild = false;
    run.start(readers, 3);
    run.time.runFor(Duration.ofMinutes(5));
    return run;
  }

  @Test
  void noObjectHoldsAnythingButNamesVersionsAndWords() {
    Simulation run = calm(5);
    run.ask();
    run.time.runUntil(() -> run.finished == 1, Duration.ofMinutes(1), "it is done");

    for (ClusterObject object : run.cluster.objects()) {
      assertThat(object.annotations().keySet())
          .isSubsetOf(
              FleetNames.HOLDS, FleetNames.PROTOCOL_KEY, FleetNames.VERSION_KEY, FleetNames.BEAT);
    }
    run.end();
  }
}
