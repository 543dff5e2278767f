package dev.postern.store.vault;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The one HTTP client of a store. Made at the first call, for it is the largest part of the store's
 * memory; made anew when a certificate file changed. Thread-safe.
 */
final class VaultWire implements AutoCloseable {
  private final VaultConfig config;
  private @Nullable HttpClient client;
  private VaultTls.@Nullable Stamp made;
  private boolean closed;

  VaultWire(VaultConfig config) {
    this.config = config;
  }

  /**
   * @throws dev.postern.store.StoreException when a certificate file cannot be used
   * @throws IllegalStateException once closed
   */
  BoundedClient begin(Duration timeout) {
    return new BoundedClient(client(), Deadline.in(timeout));
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    HttpClient last;
    synchronized (this) {
      closed = true;
      last = client;
      client = null;
    }
    if (last != null) {
      last.shutdownNow();
      last.close();
    }
  }

  private synchronized HttpClient client() {
    if (closed) {
      throw new IllegalStateException("store " + config.name() + " was closed");
    }
    VaultTls.Stamp files = VaultTls.stateOf(config.tls());
    if (client == null || !files.equals(made)) {
      // The one before is left to its calls; the JDK ends it when nobody holds it any more.
      client = open();
      made = files;
    }
    return client;
  }

  private HttpClient open() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            // A redirect would carry the token to wherever it points.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeout())
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    VaultTls.context(config).ifPresent(builder::sslContext);
    return builder.build();
  }
}
