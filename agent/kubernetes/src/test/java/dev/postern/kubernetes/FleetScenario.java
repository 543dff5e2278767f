package dev.postern.kubernetes;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A fleet with three rotators from its start over bad times to good ones. */
final class FleetScenario {
  static final int SMALL = 6;
  static final int LARGE = 1_000;

  private static final int STRIKES = 9;

  private FleetScenario() {}

  /** What all runs have shown together. */
  static final class Sums {
    int runs;
    long ended;
    int promotions;
    int revoked;
    int cut;
    int takeovers;
    int fenced;
    private Duration longest = Duration.ZERO;
    private final Map<String, Integer> harm = new TreeMap<>();

    synchronized void add(Simulation run) {
      runs++;
      ended += run.ended();
      promotions += run.world.promotions;
      revoked += run.revoked;
      cut += run.cut;
      takeovers += run.takeovers;
      fenced += run.fenced;
      Duration late = run.invariants.longest;
      longest = late.compareTo(longest) > 0 ? late : longest;
      run.harm.forEach((what, count) -> harm.merge(what, count, Integer::sum));
      run.cluster.faults().forEach((what, count) -> harm.merge(what, count, Integer::sum));
    }

    @Override
    public synchronized String toString() {
      return runs
          + " fleets: "
          + ended
          + " rotations ended, "
          + promotions
          + " promotions, "
          + revoked
          + " credentials revoked ("
          + cut
          + " at the deadline, the last one "
          + longest.toMillis()
          + " ms after it could), "
          + takeovers
          + " terms, "
          + fenced
          + " fenced, "
          + harm;
    }
  }

  /**
   * @throws AssertionError that names the seed, when something that must hold does not
   */
  static Simulation run(long seed, int readers, Mutant mutant) {
    Simulation run = new Simulation(seed, false, mutant);
    try {
      SimulatedHarm harm = new SimulatedHarm(run);
      run.start(readers, 3);
      harm.weather();
      run.time.runFor(Duration.ofSeconds(30));
      for (int i = 0; i < STRIKES; i++) {
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
      // Under the task that it broke in.
      String what = check(broken).map(Throwable::getMessage).orElse(broken.getMessage());
      throw new AssertionError("seed " + seed + " of " + readers + " sidecars: " + what, broken);
    } finally {
      run.end();
    }
  }

  /** The check that failed, if it was one. */
  static Optional<FleetCheck.Broken> check(@Nullable Throwable broken) {
    for (Throwable one = broken; one != null; one = one.getCause()) {
      if (one instanceof FleetCheck.Broken check) {
        return Optional.of(check);
      }
    }
    return Optional.empty();
  }
}
