package dev.postern.kubernetes;

import dev.postern.kubernetes.FleetScenario.Sums;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Runs many fleets of a thousand sidecars and three rotators, one after the other, and prints what
 * they have shown; a seed that breaks something is named, and the others go on.
 *
 * <pre>FleetSimulationRun FIRST_SEED HOW_MANY [MINUTES] [SIDECARS]</pre>
 *
 * Ends with 1 when a seed broke something.
 */
final class FleetSimulationRun {
  private static final int EVERY = 10;

  private final Sums sums = new Sums();
  private int broken;

  private FleetSimulationRun() {}

  public static void main(String[] arguments) throws InterruptedException {
    long first = Long.parseLong(arguments[0]);
    long many = Long.parseLong(arguments[1]);
    long minutes =
        arguments.length > 2 ? Long.parseLong(arguments[2]) : Duration.ofDays(1).toMinutes();
    int sidecars = arguments.length > 3 ? Integer.parseInt(arguments[3]) : FleetScenario.LARGE;
    FleetSimulationRun run = new FleetSimulationRun();
    // As the simulation's tasks do: no thread of the kernel's changes with each of them.
    Thread thread =
        Thread.ofVirtual().start(() -> run.all(first, many, Duration.ofMinutes(minutes), sidecars));
    thread.join();
    System.exit(run.broken > 0 ? 1 : 0);
  }

  private void all(long first, long many, Duration most, int sidecars) {
    long begun = System.nanoTime();
    for (long seed = first; seed < first + many; seed++) {
      if (System.nanoTime() - begun > most.toNanos()) {
        break;
      }
      try {
        sums.add(FleetScenario.run(seed, sidecars, Mutant.NONE));
      } catch (AssertionError violation) {
        broken++;
        System.out.println(text(violation));
      }
      if ((seed - first + 1) % EVERY == 0) {
        print(seed, begun);
      }
    }
    print(first + many, begun);
    System.out.println("over");
  }

  private static String text(Throwable violation) {
    StringWriter text = new StringWriter();
    violation.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  private void print(long seed, long begun) {
    System.out.printf(
        "%s up to seed %d, %d s, %d broken; %s%n",
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        seed,
        (System.nanoTime() - begun) / 1_000_000_000,
        broken,
        sums);
  }
}
