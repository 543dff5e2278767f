package dev.postern.serving;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.postern.SecretKind;
import dev.postern.time.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What keeping secrets fresh costs the store and the agent: calls in health and in outage over a
 * simulated hour, the time from a new version in the store to its being served after a refresh with
 * a store that takes 50 ms a call, and heap and threads. Run by {@code benchmarks/run refresh};
 * prints a line per figure.
 */
final class RefreshBenchmark {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long LATENCY_MILLIS = 50;
  private static final int ROUNDS = 100;
  private static final int MANY = 1000;

  private RefreshBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    hour(out, "one", 1, 0);
    hour(out, "many", MANY, 20);
    for (int batch : new int[] {0, 20, 100}) {
      round(out, batch);
    }
    freshness(out);
    footprint(out, Path.of(arguments[0]));
  }

  /** Calls per secret and hour; the refresh interval is a minute. */
  private static void hour(PrintStream out, String name, int secrets, int batch) {
    FleetStore store = new FleetStore("some", batch);
    try (ServedFleet fleet = new ServedFleet().with(store, secrets).start()) {
      int before = store.calls();
      fleet.pass(HOUR);
      int health = store.calls() - before;
      store.away();
      fleet.pass(HOUR);
      out.printf("%s_health_calls %.2f%n", name, (double) health / secrets);
      out.printf(
          "%s_outage_calls %.2f%n", name, (double) (store.calls() - before - health) / secrets);
    }
  }

  /** Calls to look at all of a thousand secrets once. */
  private static void round(PrintStream out, int batch) {
    FleetStore store = new FleetStore("some", batch);
    try (ServedFleet fleet = new ServedFleet().with(store, MANY).start()) {
      int before = store.calls();
      fleet.pass(ServedFleet.REFRESH);
      out.printf("round_batch_%d_calls %d%n", batch, store.calls() - before);
    }
  }

  private static SecretServing serve(FleetStore store, int secrets) {
    List<SecretDefinition> definitions = new ArrayList<>();
    for (int i = 0; i < secrets; i++) {
      definitions.add(
          new SecretDefinition(
              ServedFleet.name(store, i),
              SecretKind.MAILGUN_SENDING_KEY,
              store,
              ServedFleet.path(i),
              Map.of(),
              ServedFleet.REFRESH,
              HOUR));
    }
    SecretServing serving = new SecretServing(definitions, TimeSource.system());
    serving.start((name, version, flag) -> {});
    return serving;
  }

  private static boolean serves(SecretServing serving, FleetStore store, int number) {
    return serving.state(ServedFleet.name(store, number)) instanceof ServingState.Holding;
  }

  private static void freshness(PrintStream out) {
    FleetStore store = new FleetStore("slow", 0);
    store.mood = (operation, path) -> Thread.sleep(LATENCY_MILLIS);
    double[] refreshed = new double[ROUNDS];
    double[] asked = new double[ROUNDS];
    try (SecretServing serving = serve(store, 1)) {
      ServedFleet.until(() -> serves(serving, store, 0));
      for (int round = 0; round < ROUNDS; round++) {
        long begun = System.nanoTime();
        store.readCurrent(ServedFleet.path(0)).close();
        asked[round] = (System.nanoTime() - begun) / 1e6;
        store.put(ServedFleet.path(0), round + 2);
        begun = System.nanoTime();
        RefreshOutcome outcome = serving.refresh(ServedFleet.name(store, 0));
        refreshed[round] = (System.nanoTime() - begun) / 1e6;
        if (outcome.result() != RefreshOutcome.Result.CHANGED) {
          throw new IllegalStateException("the new version was not served: " + outcome.result());
        }
      }
    }
    out.printf("backend_ms %.2f%n", median(asked));
    out.printf("fresh_ms %.2f%n", median(refreshed));
    out.printf("fresh_ratio %.3f%n", median(refreshed) / median(asked));
  }

  private static void footprint(PrintStream out, Path directory) throws IOException {
    FleetStore store = new FleetStore("some", 100);
    long threads = threads(directory.resolve("before.json"));
    long heap = heap();
    try (SecretServing serving = serve(store, MANY)) {
      ServedFleet.until(() -> serves(serving, store, MANY - 1) && serving.stores().size() == 1);
      for (int i = 0; i < MANY; i++) {
        int number = i;
        ServedFleet.until(() -> serves(serving, store, number));
      }
      store.handedOut.clear();
      out.printf("heap_kb %d%n", (heap() - heap) / 1024);
      out.printf("threads %d%n", threads(directory.resolve("after.json")) - threads);
    }
  }

  /** All threads, virtual ones too, but for the JVM's own scheduler of them. */
  private static long threads(Path file) throws IOException {
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
    return Files.readAllLines(file).stream()
        .filter(line -> line.contains("\"name\":"))
        .filter(line -> !line.contains("ForkJoinPool") && !line.contains("VirtualThread-unpark"))
        .count();
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
