package dev.postern.sidecar.server;

import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.Limits;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How soon the last of a thousand watchers hears of a new version, without and with a hundred more
 * that never read, and what a watcher costs in memory. The watchers are a process of their own, the
 * program that is the first argument; both read the system's monotonic clock. Prints a line per
 * figure.
 */
final class PushBenchmark {
  private static final int WATCHERS = 1000;
  private static final int STALLED = 100;
  private static final int ROUNDS = 200;

  /** So many that the socket of one who does not read is full: some 100 bytes each. */
  private static final int WARM_UP = 4000;

  private static final long PAUSE_MILLIS = 20;

  private final String load;

  private PushBenchmark(String load) {
    this.load = load;
  }

  public static void main(String[] arguments) throws Exception {
    PushBenchmark benchmark = new PushBenchmark(arguments[0]);
    benchmark.measure("plain", 0);
    benchmark.measure("stalled", STALLED);
  }

  private void measure(String name, int stalled) throws Exception {
    try (SocketFixture fixture = new SocketFixture(Limits.standard(), Set.of(), IoLoop.start())) {
      long before = usedMemory();
      Process watchers = start(fixture, stalled);
      try (BufferedReader told = watchers.inputReader(StandardCharsets.US_ASCII)) {
        expect("ready", told.readLine());
        long after = usedMemory();
        int version = 10;
        for (int i = 0; i < WARM_UP; i++) {
          fixture.publish(Integer.toString(version++));
          if (i % 20 == 0) {
            Thread.sleep(1);
          }
        }
        Thread.sleep(2000);
        print(name, latencies(fixture, told, version));
        System.out.printf("%s_watcher_bytes %d%n", name, (after - before) / (WATCHERS + stalled));
      } finally {
        watchers.destroy();
        watchers.waitFor();
      }
    }
  }

  private Process start(SocketFixture fixture, int stalled) throws IOException {
    List<String> line =
        List.of(
            load,
            "watch",
            fixture.path.toString(),
            "/v1/watch?name=sending-key",
            Integer.toString(WATCHERS),
            Integer.toString(stalled));
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** From the publication to the last of them, in nanoseconds. */
  private static long[] latencies(SocketFixture fixture, BufferedReader told, int first)
      throws Exception {
    long[] took = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      String version = Integer.toString(first + round);
      long published = System.nanoTime();
      fixture.publish(version);
      String line = told.readLine();
      while (line != null && !line.startsWith(version + " ")) {
        line = told.readLine();
      }
      if (line == null) {
        throw new IOException("the watchers ended before they were told version " + version);
      }
      took[round] = Long.parseLong(line.substring(version.length() + 1)) - published;
      Thread.sleep(PAUSE_MILLIS);
    }
    Arrays.sort(took);
    return took;
  }

  private static void print(String name, long[] took) {
    System.out.printf("%s_p50_ms %.2f%n", name, took[ROUNDS / 2] / 1e6);
    System.out.printf("%s_p99_ms %.2f%n", name, took[ROUNDS * 99 / 100] / 1e6);
  }

  private static void expect(String wanted, String line) throws IOException {
    if (!wanted.equals(line)) {
      throw new IOException("the watchers did not say " + wanted + " but " + line);
    }
  }

  /** Heap after a collection, and buffers outside it. */
  private static long usedMemory() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    Runtime runtime = Runtime.getRuntime();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return runtime.totalMemory() - runtime.freeMemory() + direct;
  }
}
