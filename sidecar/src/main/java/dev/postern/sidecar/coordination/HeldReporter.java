package dev.postern.sidecar.coordination;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.consumer.Holding;
import dev.postern.consumer.Holdings;
import dev.postern.kubernetes.Fleet;
import dev.postern.kubernetes.Held;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServingState;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Tells the fleet what this agent serves, and how many of its consumers use just that. On a thread
 * of its own, and not more often than some times a second: consumers come and go with each
 * connection.
 */
final class HeldReporter implements AutoCloseable {
  /** A process that ends without a connection is noticed at the next look. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(15);

  private static final Duration AT_LEAST = Duration.ofMillis(50);

  private final Fleet fleet;
  private final SecretCatalog catalog;
  private final ConsumerRegistry consumers;
  private final TimeSource time;
  private final Signal changed = new Signal();
  private final SecretCatalog.Subscription subscription;
  private final Holdings.Listening listening;
  private final Thread thread;

  HeldReporter(Fleet fleet, SecretCatalog catalog, ConsumerRegistry consumers, TimeSource time) {
    this.fleet = fleet;
    this.catalog = catalog;
    this.consumers = consumers;
    this.time = time;
    this.subscription = catalog.subscribe(change -> changed.raise());
    this.listening = consumers.onChange(changed::raise);
    this.thread = Thread.ofVirtual().name("fleet-report").start(this::run);
  }

  /** What an agent says before it has read anything: do not take me for one that holds nothing. */
  static Map<String, Held> pending(SecretCatalog catalog) {
    return catalog.definitions().stream()
        .collect(
            Collectors.toMap(
                secret -> secret.name().value(),
                secret -> new Held(Held.PENDING, 0, 0, List.of())));
  }

  private void run() {
    try {
      while (true) {
        long seen = changed.seen();
        fleet.report(held());
        time.sleep(AT_LEAST);
        time.await(changed, seen, time.instant().plus(BETWEEN_LOOKS));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, Held> held() {
    Map<String, Held> all = new TreeMap<>();
    for (SecretDefinition secret : catalog.definitions()) {
      held(secret.name()).ifPresent(one -> all.put(secret.name().value(), one));
    }
    return all;
  }

  /** Nothing for a secret that could not be read: nobody behind this agent has it. */
  private Optional<Held> held(SecretName secret) {
    return switch (catalog.state(secret)) {
      case ServingState.Holding holding ->
          Optional.of(held(holding.served().version(), consumers.holdings(secret)));
      case ServingState.Empty empty ->
          empty.problem().isPresent()
              ? Optional.empty()
              : Optional.of(new Held(Held.PENDING, 0, 0, List.of()));
    };
  }

  private static Held held(Version served, List<Holding> holdings) {
    List<Holding> lagging =
        holdings.stream()
            .filter(one -> !(one.acknowledged() && one.fetched().equals(served)))
            .toList();
    return new Held(
        served.id(),
        holdings.size(),
        holdings.size() - lagging.size(),
        lagging.stream()
            .map(one -> one.consumer().describe() + " holds version " + one.fetched())
            .toList());
  }

  @Override
  public void close() {
    subscription.close();
    listening.close();
    thread.interrupt();
  }
}
