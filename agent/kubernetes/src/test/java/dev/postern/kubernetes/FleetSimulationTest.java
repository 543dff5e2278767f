package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.kubernetes.Simulation.Mutant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fleets under crashes, pauses, partitions, lost answers, late writes and skewed clocks. A run that
 * breaks something names its seed; {@code -Dpostern.fleet.seed=N} runs that one alone.
 */
final class FleetSimulationTest {
  private static final int SMALL = 6;
  private static final int LARGE = 1_000;

  /** What all runs have shown together. */
  private static final class Sums {
    int runs;
    long ended;
    int promotions;
    int revoked;
    int cut;
    int takeovers;
    int fenced;

    synchronized void add(Simulation run) {
      runs++;
      ended += run.ended();
      promotions += run.world.promotions;
      revoked += run.revoked;
      cut += run.cut;
      takeovers += run.takeovers;
      fenced += run.fenced;
    }

    @Override
    public String toString() {
      return runs
          + " fleets: "
          + ended
          + " rotations ended, "
          + promotions
          + " promotions, "
          + revoked
          + " credentials revoked ("
          + cut
          + " at the deadline), "
          + takeovers
          + " terms, "
          + fenced
          + " fenced";
    }
  }

  @Test
  void fleetsUnderHarmBreakNoInvariant() {
    Sums sums = runs(0, 60, 1);

    assertThat(sums.ended).as("rotations that came to their end").isGreaterThan(sums.runs);
    assertThat(sums.promotions).isGreaterThan(sums.runs);
    assertThat(sums.takeovers).isGreaterThan(2 * sums.runs);
    assertThat(sums.cut).isPositive();
  }

  @Test
  @Tag("exhaustive")
  void hundredsMoreAndSomeOfAThousandSidecarsBreakNoInvariant() {
    assertThat(runs(10_000, 500, 4).ended).isGreaterThan(800);
  }

  /** So many small fleets, and so many of a thousand sidecars. */
  private static Sums runs(long first, int small, int large) {
    Long only = Long.getLong("postern.fleet.seed");
    Sums sums = new Sums();
    LongStream seeds =
        only == null
            ? LongStream.range(first, first + small + large)
            : LongStream.of(only.longValue());
    seeds
        .parallel()
        .mapToObj(seed -> run(seed, seed < first + small ? SMALL : LARGE, Mutant.NONE))
        .forEach(sums::add);
    System.out.println(sums);
    return sums;
  }

  private static Simulation run(long seed, int readers, Mutant mutant) {
    Simulation run = new Simulation(seed, false, mutant);
    try {
      SimulatedHarm harm = new SimulatedHarm(run);
      run.start(readers, 3);
      harm.weather();
      run.time.runFor(Duration.ofSeconds(30));
      for (int i = 0; i < 9; i++) {
        if (i % 4 == 0) {
          run.ask(run.random.nextInt(3) > 0 ? "compromised" : "requested");
        }
        harm.strike();
        run.time.runFor(Duration.ofSeconds(5 + run.random.nextInt(25)));
      }
      harm.heal();
      // A request is repeated for up to half a minute, a Lease expires, a deadline passes.
      run.time.runFor(Duration.ofMinutes(4));
      run.everythingIsWell();
      return run;
    } catch (AssertionError broken) {
      throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
    } finally {
      run.end();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aFaultIsNoticedBySomeSeed(Mutant mutant) {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < 60; seed++) {
                var _ = run(seed, SMALL, mutant);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("seed ");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    List<Map<String, Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      calls.add(new TreeMap<>(run(42, SMALL, Mutant.NONE).cluster.calls()));
    }

    assertThat(calls.getFirst()).isEqualTo(calls.getLast());
  }
}
