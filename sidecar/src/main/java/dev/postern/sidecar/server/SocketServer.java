package dev.postern.sidecar.server;

import dev.postern.consumer.ConsumerRegistry;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretChange;
import dev.postern.sidecar.http.ConnectionHandler;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.HttpServer;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.ListenException;
import dev.postern.sidecar.http.Reception;
import dev.postern.sidecar.http.RequestMetrics;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The socket that local programs use. Serves from its start until it is closed. */
public final class SocketServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);

  /**
   * What it serves, to whom, and who is told.
   *
   * @param rejections told when a consumer says that the provider refused a version
   */
  public record Services(
      SecretCatalog catalog,
      AccessPolicy policy,
      ConsumerRegistry consumers,
      RejectionListener rejections,
      InstantSource time,
      RequestMetrics metrics) {}

  private final Map<String, ServedSecret> secrets = new LinkedHashMap<>();
  // On the event loop only.
  private final Set<Watch> watches = new LinkedHashSet<>();
  private final UnixSocket socket;
  private final SecretCatalog.Subscription subscription;
  private final ScheduledFuture<?> heartbeats;

  private SocketServer(IoLoop loop, SocketServerConfig config, Services services) {
    services
        .catalog()
        .definitions()
        .forEach(
            definition ->
                secrets.put(
                    definition.name().value(),
                    new ServedSecret(services.catalog(), services.time(), definition)));
    ConnectionHandler.Factory handlers =
        peer -> new SocketHandler(services, secrets, config.limits(), peer, this::watch);
    Reception reception =
        new Reception(config.limits(), services.policy().credentials(), services.metrics());
    socket = UnixSocket.open(loop, config, reception, handlers);
    subscription = services.catalog().subscribe(this::publish);
    // What was published before the subscription and after the first connection.
    server().execute(() -> secrets.values().forEach(this::changed));
    heartbeats =
        server().every(config.limits().heartbeat(), () -> watches.forEach(Watch::heartbeat));
  }

  /**
   * Opens the socket; the answers to the first requests may be that there is no value yet.
   *
   * @throws ListenException when it cannot be opened; the message says what to do
   */
  public static SocketServer start(IoLoop loop, SocketServerConfig config, Services services) {
    return new SocketServer(loop, config, services);
  }

  public Path path() {
    return socket.path();
  }

  private HttpServer server() {
    return socket.server();
  }

  private void watch(WatchRequest request) {
    watches.add(Watch.begin(request.exchange(), request.secrets(), watches::remove));
  }

  /** From whichever thread published the change; several changes may be seen as one. */
  private void publish(SecretChange change) {
    ServedSecret secret = secrets.get(change.name().value());
    if (secret != null && secret.claimChange()) {
      server().execute(() -> changed(secret));
    }
  }

  private void changed(ServedSecret secret) {
    secret.changeArrived();
    secret.forgetPrepared();
    secret.waiting().forEach(LongPoll::look);
    new ArrayList<>(watches).forEach(watch -> watch.changed(secret));
  }

  /** Lets what is in flight finish; long polls are answered, event streams end. */
  @Override
  public void close() {
    subscription.close();
    heartbeats.cancel(false);
    socket.close();
    CompletableFuture<Void> wiped = new CompletableFuture<>();
    server()
        .execute(
            () -> {
              secrets.values().forEach(ServedSecret::forgetPrepared);
              wiped.complete(null);
            });
    wiped.join();
    LOG.atDebug().addKeyValue("path", path()).log("socket closed");
  }

  /** A connection wants to watch. */
  record WatchRequest(Exchange exchange, Set<ServedSecret> secrets) {}
}
