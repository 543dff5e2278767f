package dev.postern.kubernetes;

import static dev.postern.kubernetes.FleetScenario.LARGE;
import static dev.postern.kubernetes.FleetScenario.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.kubernetes.FleetScenario.Sums;
import dev.postern.kubernetes.Simulation.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fleets under crashes, pauses, partitions, lost answers, late writes and skewed clocks. A run that
 * breaks something names its seed and its size; {@code -Dpostern.fleet.seed=N} with {@code
 * -Dpostern.fleet.sidecars=M} runs that one alone. {@link FleetSimulationRun} runs thousands of
 * seeds with a thousand sidecars.
 *
 * <p>What is looked at, of DESIGN's invariants:
 *
 * <ul>
 *   <li>I1: after each event the current version's credential is live; with each revocation, that
 *       no sidecar that is there uses what is revoked, unless it is time.
 *   <li>I2: another program's credential stays; at the end nothing is live that neither the store
 *       nor the journal names, and nothing but the current one after rotations that went well.
 *   <li>I3: a leak's credential is not revoked before its time, and not long after it, counted from
 *       when some rotator could act; with or without the sidecars.
 *   <li>I4: the store never goes back to an older version; at the end no sidecar serves another.
 *   <li>I5: crashes at any moment; at the end no rotation is unfinished, and the journal holds all
 *       that the engine was told to be written.
 *   <li>I6: with the write that says "proven", that the provider refused the old one and accepted
 *       the new one as often as is written.
 *   <li>I7: after each event at most one term may act; with each act outside, that no later term
 *       has begun; with each write of the journal, that its fence never goes back and at most one
 *       rotation runs.
 *   <li>I8: with each write of the journal, and of all objects at the end, that no value is in it.
 * </ul>
 */
final class FleetSimulationTest {
  @Test
  void fleetsUnderHarmBreakNoInvariant() {
    Sums sums = runs(0, 120, 2);

    assertThat(sums.ended).as("rotations that came to their end").isGreaterThan(sums.runs);
    assertThat(sums.promotions).isGreaterThan(sums.runs);
    assertThat(sums.takeovers).isGreaterThan(2 * sums.runs);
    assertThat(sums.cut).isPositive();
  }

  @Test
  @Tag("exhaustive")
  void hundredsMoreAndSomeOfAThousandSidecarsBreakNoInvariant() {
    assertThat(runs(10_000, 500, 15).ended).isGreaterThan(850);
  }

  /** So many small fleets, and so many of a thousand sidecars. */
  private static Sums runs(long first, int small, int large) {
    Long only = Long.getLong("postern.fleet.seed");
    Sums sums = new Sums();
    Stream<Fleet> fleets =
        only == null
            ? LongStream.range(first, first + small + large)
                .mapToObj(seed -> new Fleet(seed, seed < first + large ? LARGE : SMALL))
            : Stream.of(new Fleet(only, Integer.getInteger("postern.fleet.sidecars", SMALL)));
    fleets
        .parallel()
        .map(fleet -> FleetScenario.run(fleet.seed(), fleet.sidecars(), Mutant.NONE))
        .forEach(sums::add);
    System.out.println(sums);
    return sums;
  }

  private record Fleet(long seed, int sidecars) {}

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aFaultIsNoticedBySomeSeed(Mutant mutant) {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < 60; seed++) {
                var _ = FleetScenario.run(seed, SMALL, mutant);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("seed ");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    List<Map<String, Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      calls.add(new TreeMap<>(FleetScenario.run(42, SMALL, Mutant.NONE).cluster.calls()));
    }

    assertThat(calls.getFirst()).isEqualTo(calls.getLast());
  }
}
