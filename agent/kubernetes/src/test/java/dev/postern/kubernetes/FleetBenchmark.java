package dev.postern.kubernetes;

import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What a fleet costs, in virtual time: the real engine and protocol over an API of which each
 * request, answer and event takes up to a given time. {@code benchmarks/run fleet} prints it as a
 * table.
 *
 * <pre>FleetBenchmark LATENCY_MS</pre>
 */
final class FleetBenchmark {
  private static final int ROTATIONS = 30;
  private static final Duration AT_REST = Duration.ofMinutes(20);

  private final Duration latency;

  private FleetBenchmark(Duration latency) {
    this.latency = latency;
  }

  public static void main(String[] arguments) throws Exception {
    FleetBenchmark benchmark =
        new FleetBenchmark(Duration.ofMillis(Integer.parseInt(arguments[0])));
    // As the simulation's tasks do: no thread of the kernel's changes with each of them.
    Thread thread = Thread.ofVirtual().start(benchmark::measure);
    thread.join();
  }

  private void measure() {
    for (int readers : List.of(100, 1_000, 10_000)) {
      cost(readers);
    }
    for (int others : List.of(100, 1_000, 10_000)) {
      print("reader_memory_" + others + "_kb", memoryOfAReader(others) / 1024.0);
    }
    propagation(1_000);
  }

  private Simulation fleet(int readers) {
    Simulation run = new Simulation(7, true, Mutant.NONE);
    run.start(readers, 2);
    run.sidecars.forEach(one -> takesSoLong(one.client.way));
    run.rotators.forEach(one -> takesSoLong(one.client.way));
    run.time.runFor(Duration.ofMinutes(1));
    return run;
  }

  private void takesSoLong(FakeCluster.Way way) {
    way.latency = latency;
    way.eventDelay = latency;
  }

  private void cost(int readers) {
    Simulation run = fleet(readers);
    run.cluster.forgetCalls();
    run.time.runFor(AT_REST);
    double hours = (double) AT_REST.toNanos() / Duration.ofHours(1).toNanos();
    double elections = Duration.ofHours(1).toSeconds() / 4.0;
    print(
        "rest_" + readers + "_calls_per_agent_hour",
        (run.cluster.callsInAll() / hours - elections) / (readers + 2));

    run.cluster.forgetCalls();
    long begun = run.time.now();
    run.ask("compromised");
    run.time.runUntil(() -> run.ended() == 1, Duration.ofMinutes(2), "it is done");
    // What all of them do meanwhile anyway is not the rotation's.
    double seconds = (run.time.now() - begun) / 1e9;
    double beats = seconds * ((readers + 2) / 60.0 + 1 / 4.0);
    print("rotation_" + readers + "_calls", run.cluster.callsInAll() - beats);
    print("rotation_" + readers + "_s", seconds);
    print("rotation_" + readers + "_journal_bytes", JournalPage.read(journal(run)).bytes());
    run.end();
  }

  private static ClusterObject journal(Simulation run) {
    return run.cluster.objects().stream()
        .filter(one -> one.kind() == Kind.CONFIG_MAP)
        .findFirst()
        .orElseThrow();
  }

  /** From the promotion until the last of them holds it and the API knows. */
  private void propagation(int readers) {
    Simulation run = fleet(readers);
    List<Double> last = new ArrayList<>();
    for (int i = 0; i < ROTATIONS; i++) {
      int promotions = run.world.promotions + 1;
      long rotations = run.ended() + 1;
      run.ask("compromised");
      run.time.runUntil(
          () -> run.world.promotions == promotions, Duration.ofMinutes(2), "it is promoted");
      long promoted = run.time.now();
      while (!allHaveAcknowledged(run)) {
        run.time.runFor(Duration.ofMillis(5));
      }
      last.add((run.time.now() - promoted) / 1e6);
      run.time.runUntil(
          () -> run.ended() >= rotations || run.world.live.size() == 2,
          Duration.ofMinutes(2),
          "it is done");
      run.time.runFor(Duration.ofSeconds(20));
    }
    Collections.sort(last);
    print("propagation_p50_ms", last.get(last.size() / 2));
    print("propagation_p99_ms", last.getLast());
    run.end();
  }

  private static boolean allHaveAcknowledged(Simulation run) {
    int current = run.world.current();
    return run.sidecars.stream().allMatch(one -> one.serves == current)
        && run.acknowledged(current) == run.sidecars.size();
  }

  /** What a reader keeps of a fleet: it must not grow with the others. */
  private long memoryOfAReader(int others) {
    VirtualTime time = new VirtualTime();
    FakeCluster cluster = new FakeCluster(time, new Random(7));
    FleetNames names = new FleetNames("prod-eu");
    String held = AgentCard.write(Map.of("sending-key", new Held("1", 1, 1, List.of())));
    for (int i = 0; i < others; i++) {
      cluster.edit(
          ClusterObject.fresh(Kind.LEASE, names.agent("app-" + i), names.labels("reader"))
              .withAnnotations(Map.of(FleetNames.HOLDS, held))
              .withLease(
                  new LeaseSpec("x", AgentLease.DURATION, Optional.empty(), Optional.empty(), 0)));
    }
    long before = used();
    VirtualTime.Host host = time.host();
    Fleet reader =
        Fleet.join(
            cluster.client(host),
            new AgentIdentity(names, new Owner("reader", "uid"), Role.READER, "run", "0.1.0"),
            new FleetListener() {},
            host,
            new Random(1));
    time.runFor(Duration.ofMinutes(10));
    long after = used();
    host.after(Duration.ZERO, reader::stop);
    time.runFor(Duration.ofSeconds(10));
    return Math.max(0, after - before);
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void print(String name, double value) {
    System.out.printf(java.util.Locale.ROOT, "%s %.1f%n", name, value);
  }
}
