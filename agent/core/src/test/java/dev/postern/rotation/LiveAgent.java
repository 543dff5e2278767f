package dev.postern.rotation;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialScope;
import dev.postern.journal.FileRotationJournal;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.SecretServing;
import dev.postern.serving.ServingState;
import dev.postern.store.SecretPath;
import dev.postern.time.ParkingTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An agent with its real service, its real threads and a real journal, around stores and providers
 * that outlive it. Short pauses pass at once; longer waits hold until a test moves the clock.
 */
final class LiveAgent implements AutoCloseable, RotationListener {
  static final SecretName KEY = new SecretName("sending-key");
  static final SecretName OTHER = new SecretName("other-key");
  static final SecretName STATIC = new SecretName("static-token");
  private static final SecretPath PATH = new SecretPath("mail/sending");

  final ParkingTime time = ParkingTime.passing(Duration.ofMillis(500));
  final Map<SecretName, FakeStore> stores = new LinkedHashMap<>();
  final Map<SecretName, FakeIssuer> issuers = new LinkedHashMap<>();
  final Set<Integer> livingProcesses = Collections.synchronizedSet(new HashSet<>());
  final BlockingQueue<Receipt> ended = new LinkedBlockingQueue<>();
  final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final Path directory;
  final BlockingQueue<Receipt> watched = new LinkedBlockingQueue<>();
  private Set<SecretName> rotatable = Set.of(KEY, OTHER);

  /** Of agents started from now on. */
  Duration watch = Duration.ZERO;

  /** Of the next agent that is started. */
  int concurrency = 8;

  FileRotationJournal journal;
  SecretServing serving;
  ConsumerRegistry consumers;
  Rotations rotations;

  @SuppressWarnings("NullAway.Init") // boot() fills the agent's own parts
  LiveAgent(Path directory) {
    this.directory = directory;
    for (SecretName name : List.of(KEY, OTHER, STATIC)) {
      stores.put(name, new FakeStore(Map.of("api_key", "old-secret", "api_key_id", "old")));
      FakeIssuer issuer = new FakeIssuer();
      issuer.add("old", "old-secret", "made by hand");
      issuer.add("foreign", "foreign-secret", "another program's");
      issuers.put(name, issuer);
    }
    boot(Failpoints.NONE);
  }

  private void boot(Failpoints failpoints) {
    journal = FileRotationJournal.open(directory);
    serving = new SecretServing(stores.keySet().stream().map(this::definition).toList(), time);
    consumers =
        new ConsumerRegistry(
            time, consumer -> livingProcesses.contains(consumer.pid()), name -> AckMode.FETCH);
    rotations =
        new Rotations(
            "test",
            rotatable.stream().map(this::target).toList(),
            new Rotations.Surroundings(journal, serving, consumers, time, failpoints),
            this,
            new RotationCapacity(concurrency));
    rotations.resume();
  }

  private SecretDefinition definition(SecretName name) {
    return new SecretDefinition(
        name,
        name.equals(STATIC) ? SecretKind.STATIC : SecretKind.MAILGUN_SENDING_KEY,
        store(name),
        PATH,
        Map.of(),
        Duration.ofMinutes(1),
        Duration.ofHours(1));
  }

  private RotationTarget target(SecretName name) {
    return new RotationTarget(
        definition(name),
        issuer(name),
        new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com"),
        new RotationPolicy(
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Order.OVERLAP,
            WithoutSuccessor.KEEP,
            watch),
        false);
  }

  FakeStore store(SecretName name) {
    return java.util.Objects.requireNonNull(stores.get(name));
  }

  FakeIssuer issuer(SecretName name) {
    return java.util.Objects.requireNonNull(issuers.get(name));
  }

  /** Stops this agent, and starts another on what it left. */
  void restart(Failpoints failpoints) {
    close();
    boot(failpoints);
  }

  /** The config changes over a restart. */
  void restartWithRotatable(Set<SecretName> names) {
    rotatable = names;
    restart(Failpoints.NONE);
  }

  static RotationRequest request(SecretName secret, Cause cause) {
    return new RotationRequest(
        secret, cause, "found in a public repository", "test", Optional.empty(), Optional.empty());
  }

  static RotationRequest request(SecretName secret, Cause cause, Duration deadline) {
    return new RotationRequest(
        secret, cause, "again", "test", Optional.of(deadline), Optional.empty());
  }

  Receipt compromised(SecretName secret) {
    return rotations.start(request(secret, Cause.COMPROMISED));
  }

  /** The next rotation that ends. */
  Receipt awaitEnd() throws InterruptedException {
    Receipt receipt = ended.poll(20, TimeUnit.SECONDS);
    if (receipt == null) {
      throw new AssertionError("no rotation ended: " + rotations.list());
    }
    return receipt;
  }

  Consumer consumer(int pid, String name) {
    livingProcesses.add(pid);
    return new Consumer(1000, 1000, pid, name);
  }

  Optional<Version> served(SecretName name) {
    return serving.state(name) instanceof ServingState.Holding holding
        ? Optional.of(holding.served().version())
        : Optional.empty();
  }

  @Override
  public void rotationStarted(SecretName secret) {
    heard.add("started " + secret);
  }

  @Override
  public void stepFinished(Step step, Duration took) {
    heard.add("step " + step.wireName());
  }

  @Override
  public void rotationEnded(Receipt receipt) {
    heard.add("ended " + receipt.state());
    ended.add(receipt);
  }

  @Override
  public void watched(Receipt receipt) {
    watched.add(receipt);
  }

  @Override
  public void close() {
    rotations.close();
    serving.close();
    journal.close();
  }
}
