package dev.postern.sidecar.socketmap;

import dev.postern.SecretKind;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretChange;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.http.ListenException;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.http.PeerCredentials;
import dev.postern.sidecar.http.RequestMetrics;
import dev.postern.sidecar.http.RequestRate;
import dev.postern.sidecar.http.Route;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.SocketServerConfig;
import dev.postern.sidecar.server.UnixSocketFile;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The socket that Postfix asks for SMTP logins. Serves from its start until it is closed; accepts
 * within the same limits as the socket of local programs.
 */
public final class SocketmapServer implements AutoCloseable {
  /**
   * How long the use of one look-up may take. Postfix says AUTH within milliseconds of the answer;
   * the rest is for a server that is slow to ask for the password, and for {@link
   * Connection#SEEN_MILLIS}.
   */
  static final Duration USE = Duration.ofSeconds(3);

  private static final Duration LONGEST_SWEEP = Duration.ofMillis(500);

  /** What it serves, to whom, and who is told. */
  public record Services(
      SecretCatalog catalog,
      AccessPolicy policy,
      ConsumerRegistry consumers,
      InstantSource time,
      RequestMetrics metrics) {}

  private final IoLoop loop;
  private final Limits limits;
  private final PeerCredentials credentials;
  private final Services services;
  private final Map<String, Login> logins = new HashMap<>();
  private final Tables tables;
  private final long requestNanos;
  private final long idleNanos;
  private final UnixSocketFile file;
  private final SecretCatalog.Subscription subscription;
  private final ScheduledFuture<?> sweeps;

  // On the event loop only.
  private final Set<Connection> connections = new LinkedHashSet<>();
  private final Map<Integer, Integer> connectionsByUid = new HashMap<>();
  private final RequestRate rate;
  private boolean stopping;

  private @Nullable Channel channel;

  private SocketmapServer(IoLoop loop, SocketServerConfig config, Services services) {
    this.loop = loop;
    this.limits = config.limits();
    this.credentials = services.policy().credentials();
    this.services = services;
    this.requestNanos = limits.requestTime().toNanos();
    this.idleNanos = limits.idleTime().toNanos();
    this.rate = new RequestRate(limits.requestsPerSecond());
    services.catalog().definitions().stream()
        .filter(definition -> definition.kind() == SecretKind.MAILGUN_SMTP)
        .forEach(
            definition ->
                logins.put(
                    definition.name().value(),
                    new Login(services.catalog(), services.time(), definition)));
    this.tables = new Tables(List.copyOf(logins.values()));
    this.file = open(config);
    this.subscription = services.catalog().subscribe(this::changed);
    long every = Math.min(LONGEST_SWEEP.toNanos(), Math.min(requestNanos, idleNanos) / 4);
    this.sweeps =
        loop.thread().scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.NANOSECONDS);
  }

  /**
   * Opens the socket.
   *
   * @throws ListenException when it cannot be opened; the message says what to do
   */
  public static SocketmapServer start(IoLoop loop, SocketServerConfig config, Services services) {
    return new SocketmapServer(loop, config, services);
  }

  public Path path() {
    return file.path();
  }

  private UnixSocketFile open(SocketServerConfig config) {
    try {
      return UnixSocketFile.create(config.path(), config.mode(), config.group(), this::listen);
    } catch (ListenException e) {
      closeChannel();
      throw e;
    }
  }

  private void listen(Path path) throws IOException {
    ChannelFuture bound =
        loop.unixServer()
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) throws IOException {
                    accept(accepted);
                  }
                })
            .bind(loop.unixAddress(path))
            .awaitUninterruptibly();
    Throwable failure = bound.cause();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    channel = bound.channel();
  }

  private void accept(Channel accepted) throws IOException {
    Peer peer = credentials.of(accepted);
    int ofUid = connectionsByUid.getOrDefault(peer.uid(), 0);
    if (stopping) {
      ChannelFuture _ = accepted.close();
    } else if (connections.size() >= limits.connections() || ofUid >= limits.connectionsPerUid()) {
      services.metrics().answered(Route.SOCKETMAP, Refusal.TOO_MANY.status(), 0);
      ChannelFuture _ =
          accepted.writeAndFlush(Refusal.TOO_MANY.bytes()).addListener(ChannelFutureListener.CLOSE);
    } else {
      NetstringDecoder decoder = new NetstringDecoder(limits.requestLine());
      Connection connection = new Connection(this, decoder, peer);
      connections.add(connection);
      connectionsByUid.put(peer.uid(), ofUid + 1);
      accepted.pipeline().addLast(decoder, connection);
    }
  }

  /** How many are open; from any other thread than the event loop's. */
  int connections() {
    return CompletableFuture.supplyAsync(connections::size, loop.thread()).join();
  }

  void closed(Connection connection) {
    if (connections.remove(connection)) {
      connectionsByUid.computeIfPresent(
          connection.peer().uid(), (uid, count) -> count == 1 ? null : count - 1);
    }
  }

  Services services() {
    return services;
  }

  long requestNanos() {
    return requestNanos;
  }

  long idleNanos() {
    return idleNanos;
  }

  /** Whether this peer's user does not ask faster than it may. */
  boolean admits(Peer peer) {
    return limits.requestsPerSecond() == 0 || rate.admits(peer.uid(), System.nanoTime());
  }

  Tables.Finding find(String table, String key, Peer peer) {
    return tables.find(
        table, key, login -> services.policy().mayRead(login.definition().name(), peer));
  }

  /** From whichever thread published the change: the old password is wiped at once. */
  private void changed(SecretChange change) {
    Login login = logins.get(change.name().value());
    if (login != null) {
      loop.thread().execute(login::forget);
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    new ArrayList<>(connections).forEach(connection -> connection.sweep(now));
    services.consumers().forgetUsed();
  }

  /** Stops accepting; what was asked is answered. */
  @Override
  public void close() {
    try {
      file.remove();
    } finally {
      subscription.close();
      sweeps.cancel(false);
      closeChannel();
      CompletableFuture<Void> wiped = new CompletableFuture<>();
      loop.thread()
          .execute(
              () -> {
                stopping = true;
                new ArrayList<>(connections).forEach(Connection::stop);
                logins.values().forEach(Login::forget);
                wiped.complete(null);
              });
      wiped.join();
    }
  }

  private void closeChannel() {
    Channel bound = channel;
    if (bound != null) {
      bound.close().awaitUninterruptibly();
    }
  }
}
