package dev.postern.store.aws;

import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import java.net.URI;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Where operations begin, until the store is closed. */
final class Operations implements AutoCloseable {
  private final AwsConfig config;
  private final AwsClients clients;
  private volatile boolean closed;

  Operations(AwsConfig config, AwsClients clients) {
    this.config = config;
    this.clients = clients;
  }

  /** One operation of the port, whose calls end together within the configured time. */
  Operation begin(SecretPath path) {
    requireOpen();
    return new Operation(this, path, System.nanoTime() + config.timeout().toNanos());
  }

  String store() {
    return config.name();
  }

  URI endpoint() {
    return clients.endpoint();
  }

  SecretsManagerClient client() {
    return clients.secrets();
  }

  StoreException outOfTime(String subject) {
    return new StoreException.Unavailable(
        "store %s: %s was not done within %s; it is tried again"
            .formatted(config.name(), subject, config.timeout()),
        null);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("store " + config.name() + " is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      clients.close();
    }
  }
}
