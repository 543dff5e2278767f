package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.journal.FileRotationJournal;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationJournal;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.SecretServing;
import dev.postern.serving.ServingState;
import dev.postern.store.SecretPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One agent around a store and a provider that outlive it: everything but those two and the journal
 * file is made anew at each {@link #restart}.
 */
final class RotationHarness implements AutoCloseable {
  static final SecretName NAME = new SecretName("sending-key");
  static final SecretPath PATH = new SecretPath("mail/sending");
  static final CredentialScope SCOPE =
      new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com");
  private static final int TOO_MANY_LOOKS = 2000;

  final FakeStore store;
  final FakeIssuer issuer = new FakeIssuer();
  final ManualTime time = new ManualTime();
  final Set<Integer> livingProcesses = new HashSet<>();
  private final Path directory;
  private boolean othersEnded;
  private Failpoints failpoints = Failpoints.NONE;
  private RotationJournal journal;
  private UnaryOperator<RotationJournal> journalFault = journal -> journal;
  SecretServing serving;
  ConsumerRegistry consumers;
  Cycle cycle;
  Run run;

  private final CredentialScope scope;
  private final CredentialIssuer provider;

  /** An agent with a sending key. */
  RotationHarness(Path directory) {
    this(directory, SCOPE, Map.of("api_key", "old-secret", "api_key_id", "old"), null);
  }

  /**
   * @param other the provider of another kind of secret
   */
  @SuppressWarnings("NullAway.Init") // boot() fills the agent's own parts
  RotationHarness(
      Path directory,
      CredentialScope scope,
      Map<String, String> stored,
      @Nullable CredentialIssuer other) {
    this.directory = directory;
    this.scope = scope;
    this.store = new FakeStore(stored);
    this.provider = other == null ? issuer : other;
    issuer.add("old", "old-secret", "made by hand");
    issuer.add("foreign", "foreign-secret", "another program's");
    boot();
  }

  private void boot() {
    journal = journalFault.apply(FileRotationJournal.open(directory));
    SecretDefinition definition =
        new SecretDefinition(
            NAME, scope.kind(), store, PATH, Map.of(), Duration.ofMinutes(1), Duration.ofHours(1));
    serving = new SecretServing(List.of(definition), time);
    consumers =
        new ConsumerRegistry(
            time, consumer -> livingProcesses.contains(consumer.pid()), name -> AckMode.FETCH);
  }

  void failpoints(Failpoints points) {
    failpoints = points;
  }

  /** From the next restart on, the journal fails like this. */
  void journalFault(UnaryOperator<RotationJournal> fault) {
    journalFault = fault;
  }

  /** From now on a rotation finds that every other one has ended. */
  void treatAllOthersAsEnded() {
    othersEnded = true;
  }

  RotationPlan plan(Cause cause, Order order, WithoutSuccessor without) {
    return plan(cause, order, without, new Version("1"));
  }

  RotationPlan planOf(Cause cause, Order order, Version old) {
    return plan(cause, order, WithoutSuccessor.KEEP, old);
  }

  private RotationPlan plan(Cause cause, Order order, WithoutSuccessor without, Version old) {
    return new RotationPlan(
        RotationId.random(),
        NAME,
        scope,
        cause,
        "found in a public repository",
        "test",
        order,
        without,
        time.instant(),
        time.instant().plusSeconds(60),
        Duration.ofMinutes(10),
        old);
  }

  RotationHarness begin(Cause cause, Order order) {
    return begin(plan(cause, order, WithoutSuccessor.KEEP));
  }

  RotationHarness begin(RotationPlan plan) {
    return drive(Chronicle.begin(plan, consumers.holdings(NAME), journal, failpoints, time));
  }

  private RotationHarness drive(Chronicle chronicle) {
    RotationTarget target =
        new RotationTarget(
            serving.definition(NAME).orElseThrow(),
            provider,
            scope,
            new RotationPolicy(
                Duration.ofMinutes(1),
                Duration.ofMinutes(10),
                Order.OVERLAP,
                WithoutSuccessor.KEEP),
            false);
    run =
        new Run(
            chronicle,
            new Outside(target, scope, failpoints, journal),
            new Run.Surroundings("test", serving, consumers, time, id -> othersEnded));
    cycle = new Cycle(run);
    return this;
  }

  /**
   * What the process held in memory is gone; the journal, the store and the provider are not.
   *
   * @return whether the journal held a rotation
   */
  boolean restart() {
    return restart(Failpoints.NONE);
  }

  /** The same, with faults that the next process meets. */
  boolean restart(Failpoints next) {
    if (run != null) {
      run.close();
    }
    journal.close();
    failpoints = next;
    boot();
    List<RotationEvent> events = journal.recovered();
    if (!events.isEmpty()) {
      drive(Chronicle.resume(events, journal, failpoints, time));
    }
    return !events.isEmpty();
  }

  /** Looks until the rotation has ended; time jumps to whatever it waits for. */
  Receipt runToEnd() {
    return runUntil("");
  }

  /** Looks until the rotation is in this state. */
  Receipt runUntil(String state) {
    for (int looks = 0; looks < TOO_MANY_LOOKS; looks++) {
      if (run.chronicle.state().wireName().equals(state)) {
        return run.chronicle.receipt();
      }
      switch (cycle.advance()) {
        case Progress.Moved moved -> {}
        case Progress.Waiting waiting -> time.advanceTo(waiting.until());
        case Progress.Ended ended -> {
          return run.chronicle.receipt();
        }
      }
    }
    throw new AssertionError("the rotation did not end: " + run.chronicle.receipt());
  }

  Optional<Version> served() {
    return serving.state(NAME) instanceof ServingState.Holding holding
        ? Optional.of(holding.served().version())
        : Optional.empty();
  }

  Consumer consumer(int pid) {
    livingProcesses.add(pid);
    return new Consumer(1000, 1000, pid, "app");
  }

  @Override
  public void close() {
    if (run != null) {
      run.close();
    }
    serving.close();
    journal.close();
  }
}
