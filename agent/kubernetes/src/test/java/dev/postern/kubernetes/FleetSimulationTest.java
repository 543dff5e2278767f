package dev.postern.kubernetes;

import static dev.postern.kubernetes.FleetScenario.LARGE;
import static dev.postern.kubernetes.FleetScenario.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.kubernetes.FleetScenario.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * <p>What is looked at, of DESIGN's invariants; each check of {@link FleetCheck} is shown by a
 * {@link Mutant} to notice the fault that it is for:
 *
 * <ul>
 *   <li>I1: after each event the current version's credential is live; with each revocation, that
 *       no sidecar that is there uses what is revoked, unless it is time.
 *   <li>I2: another program's credential stays; with each write of the journal, that what is live
 *       is named there or in the store, or will be found by the rotation that runs; at the end,
 *       that nothing is live but the current one, however the rotations went.
 *   <li>I3: a leak's credential is not revoked before its time, and not long after it, counted from
 *       when some rotator could act; with or without the sidecars. Its time is reckoned from when
 *       it was flagged, not read from what the rotator has planned.
 *   <li>I4: no credential is served again after another one was; a minute after a promotion was
 *       written down, all sidecars serve it to which the way was free; at the end, all.
 *   <li>I5: crashes at any moment; at the end no rotation is unfinished, and the journal holds all
 *       that it said is written, once.
 *   <li>I6: with each write of a probe, that the provider has refused the old one and accepted the
 *       new one since the one before; with the write that says "proven", that they are enough.
 *   <li>I7: after each event at most one term may act; with each act outside, that no later term
 *       has begun; with each write of the journal, that its fence never goes back and at most one
 *       rotation runs.
 *   <li>I8: with each write of an object, that no value is in it.
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
  void aFaultIsNoticedByTheCheckThatIsForIt(Mutant mutant) {
    Throwable broken =
        catchThrowable(
            () -> {
              for (long seed = 0; seed < 60; seed++) {
                var _ = FleetScenario.run(seed, SMALL, mutant);
              }
            });

    assertThat(broken).hasMessageStartingWith("seed ");
    assertThat(FleetScenario.check(broken).map(one -> one.check))
        .as(broken.getMessage())
        .isEqualTo(Optional.ofNullable(mutant.noticedBy));
  }

  @Test
  void everyCheckHasAFaultThatItIsFor() {
    assertThat(Mutant.values())
        .extracting(mutant -> mutant.noticedBy)
        .contains(FleetCheck.values());
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
