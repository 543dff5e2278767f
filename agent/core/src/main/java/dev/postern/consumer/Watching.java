package dev.postern.consumer;

import dev.postern.SecretName;
import java.time.Instant;
import java.util.List;

/**
 * Somebody watches some secrets, until it is closed; closing it again does nothing. Thread-safe.
 */
public final class Watching implements AutoCloseable {
  private final ConsumerRegistry registry;
  private final Consumer consumer;
  private final List<SecretName> secrets;
  private final Instant since;

  Watching(ConsumerRegistry registry, Consumer consumer, List<SecretName> secrets, Instant since) {
    this.registry = registry;
    this.consumer = consumer;
    this.secrets = List.copyOf(secrets);
    this.since = since;
  }

  Consumer consumer() {
    return consumer;
  }

  List<SecretName> secrets() {
    return secrets;
  }

  Instant since() {
    return since;
  }

  @Override
  public void close() {
    registry.ended(this);
  }
}
