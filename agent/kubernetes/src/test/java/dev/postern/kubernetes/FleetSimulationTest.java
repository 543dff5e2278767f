package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.kubernetes.FleetScenario.Sums;
import dev.postern.kubernetes.Simulation.Mutant;
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
        .mapToObj(seed -> FleetScenario.run(seed, seed < first + small ? FleetScenario.SMALL : FleetScenario.LARGE, Mutant.NONE))
        .forEach(sums::add);
    System.out.println(sums);
    return sums;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aFaultIsNoticedBySomeSeed(Mutant mutant) {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < 60; seed++) {
                var _ = FleetScenario.run(seed, FleetScenario.SMALL, mutant);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("seed ");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    List<Map<String, Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      calls.add(new TreeMap<>(FleetScenario.run(42, FleetScenario.SMALL, Mutant.NONE).cluster.calls()));
    }

    assertThat(calls.getFirst()).isEqualTo(calls.getLast());
  }
}
