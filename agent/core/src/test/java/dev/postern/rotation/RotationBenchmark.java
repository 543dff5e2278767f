package dev.postern.rotation;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialScope;
import dev.postern.journal.FileRotationJournal;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.SecretServing;
import dev.postern.store.SecretPath;
import dev.postern.time.TimeSource;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the engine itself costs, with a real journal on a real disk and a store and a provider in
 * memory: one rotation after another with a provider that answers at once, and very many at a time
 * with one that takes 50 ms a call. Run by {@code benchmarks/run bulk}; prints a line per figure.
 */
final class RotationBenchmark implements RotationListener, AutoCloseable {
  private static final int SECRETS = 600;
  private static final int CONCURRENCY = 8;
  private static final int WARM_UP = 100;
  private static final int MEASURED = 200;
  private static final int ROUNDS = 4;
  private static final Duration LATENCY = Duration.ofMillis(50);

  private final TimedJournal journal;
  private final SecretServing serving;
  private final Rotations rotations;
  private final LongAdder calls = new LongAdder();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile CountDownLatch ended = new CountDownLatch(0);

  private RotationBenchmark(Path directory, int secrets, Duration latency) {
    TimeSource time = TimeSource.system();
    journal = new TimedJournal(FileRotationJournal.open(directory));
    List<RotationTarget> targets = new ArrayList<>();
    for (int i = 0; i < secrets; i++) {
      targets.add(target(i, latency));
    }
    serving = new SecretServing(targets.stream().map(RotationTarget::secret).toList(), time);
    ConsumerRegistry consumers =
        new ConsumerRegistry(time, consumer -> true, name -> AckMode.FETCH);
    rotations =
        new Rotations(
            "benchmark",
            targets,
            new Rotations.Surroundings(journal, serving, consumers, time, Failpoints.NONE),
            this,
            new RotationCapacity(CONCURRENCY));
  }

  private RotationTarget target(int number, Duration latency) {
    FakeIssuer issuer = new FakeIssuer();
    issuer.add("old", "old-secret", "made by hand");
    SecretDefinition definition =
        new SecretDefinition(
            name(number),
            SecretKind.MAILGUN_SENDING_KEY,
            new FakeStore(Map.of("api_key", "old-secret", "api_key_id", "old")),
            new SecretPath("mail/" + number),
            Map.of(),
            Duration.ofMinutes(1),
            Duration.ofHours(1));
    return new RotationTarget(
        definition,
        latency.isZero() ? issuer : new SlowIssuer(issuer, latency, calls),
        new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com"),
        new RotationPolicy(
            Duration.ofMinutes(1), Duration.ofMinutes(10), Order.OVERLAP, WithoutSuccessor.KEEP),
        false);
  }

  private static SecretName name(int number) {
    return new SecretName("key-" + number);
  }

  private void rotate(int first, int count) throws InterruptedException {
    ended = new CountDownLatch(count);
    for (int i = first; i < first + count; i++) {
      rotations.start(
          new RotationRequest(
              name(i), Cause.COMPROMISED, "benchmark", "test", Optional.empty(), Optional.empty()));
    }
    ended.await();
  }

  public static void main(String[] arguments) throws InterruptedException {
    Path directory = Path.of(arguments[0]);
    PrintStream out = System.out;
    one(directory.resolve("one"), out);
    bulk(directory.resolve("bulk"), out);
    memory(directory.resolve("memory"), out);
  }

  /** The time of a whole rotation, and the part of it that the journal took. */
  private static void one(Path directory, PrintStream out) throws InterruptedException {
    try (RotationBenchmark agent = new RotationBenchmark(directory, 1, Duration.ZERO)) {
      double[] whole = new double[MEASURED];
      double[] disk = new double[MEASURED];
      for (int round = -WARM_UP; round < MEASURED; round++) {
        long journalBefore = agent.journal.nanos.sum();
        long begun = System.nanoTime();
        agent.rotate(0, 1);
        if (round >= 0) {
          whole[round] = (System.nanoTime() - begun) / 1e6;
          disk[round] = (agent.journal.nanos.sum() - journalBefore) / 1e6;
        }
      }
      agent.requireNoFailure();
      out.printf("one_ms %.2f%n", median(whole));
      out.printf("one_journal_ms %.2f%n", median(disk));
      out.printf("one_appends %d%n", agent.journal.appends.sum() / (WARM_UP + MEASURED));
    }
  }

  /** Many at once against the ideal: nothing but the provider's time, shared by all slots. */
  private static void bulk(Path directory, PrintStream out) throws InterruptedException {
    try (RotationBenchmark agent = new RotationBenchmark(directory, SECRETS, LATENCY)) {
      long begun = System.nanoTime();
      agent.rotate(0, SECRETS);
      double seconds = (System.nanoTime() - begun) / 1e9;
      agent.requireNoFailure();
      double ideal = agent.calls.sum() * LATENCY.toMillis() / 1000.0 / CONCURRENCY;
      out.printf("bulk_s %.2f%n", seconds);
      out.printf("bulk_ideal_s %.2f%n", ideal);
      out.printf("bulk_calls %d%n", agent.calls.sum() / SECRETS);
      out.printf("bulk_ratio %.3f%n", seconds / ideal);
      out.printf("bulk_journal_s %.2f%n", agent.journal.nanos.sum() / 1e9);
    }
  }

  /** What stays of a rotation in memory once all secrets have had their first. */
  private static void memory(Path directory, PrintStream out) throws InterruptedException {
    try (RotationBenchmark agent = new RotationBenchmark(directory, SECRETS, Duration.ZERO)) {
      agent.rotate(0, SECRETS);
      long first = heap();
      for (int round = 1; round < ROUNDS; round++) {
        agent.rotate(0, SECRETS);
      }
      agent.requireNoFailure();
      long more = (ROUNDS - 1L) * SECRETS;
      out.printf("memory_rotations %d%n", more);
      out.printf("memory_first_kb %d%n", first / 1024);
      out.printf("memory_per_rotation_b %d%n", (heap() - first) / more);
    }
  }

  private void requireNoFailure() {
    if (failed.get() > 0) {
      throw new IllegalStateException(failed.get() + " rotations failed: the figures say nothing");
    }
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

  @Override
  public void rotationStarted(SecretName secret) {}

  @Override
  public void stepFinished(Step step, Duration took) {}

  @Override
  public void rotationEnded(Receipt receipt) {
    if (!receipt.state().equals(Receipt.DONE)) {
      failed.incrementAndGet();
    }
    ended.countDown();
  }

  @Override
  public void close() {
    rotations.close();
    serving.close();
    journal.close();
  }
}
