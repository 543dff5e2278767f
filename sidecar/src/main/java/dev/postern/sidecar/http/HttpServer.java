package dev.postern.sidecar.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Accepts connections, within limits, and looks after them until it is closed. */
public final class HttpServer implements AutoCloseable {
  private static final Duration LONGEST_SWEEP = Duration.ofSeconds(1);

  private final IoLoop loop;
  private final Limits limits;
  private final Reception reception;
  private final ConnectionHandler.Factory handlers;
  private final long requestNanos;
  private final long idleNanos;
  private final CompletableFuture<Void> allClosed = new CompletableFuture<>();

  // On the event loop only.
  private final Set<HttpConnection> connections = new LinkedHashSet<>();
  private final Map<Integer, Integer> connectionsByUid = new HashMap<>();
  private boolean stopping;

  private final RequestRate rate;

  private @Nullable Channel channel;
  private @Nullable ScheduledFuture<?> sweeps;

  private HttpServer(IoLoop loop, Reception reception, ConnectionHandler.Factory handlers) {
    this.loop = loop;
    this.limits = reception.limits();
    this.reception = reception;
    this.handlers = handlers;
    this.rate = new RequestRate(limits.requestsPerSecond());
    this.requestNanos = limits.requestTime().toNanos();
    this.idleNanos = limits.idleTime().toNanos();
  }

  /** Listens on a Unix socket, which it creates. */
  public static HttpServer onUnixSocket(
      IoLoop loop, Path path, Reception reception, ConnectionHandler.Factory handlers)
      throws IOException {
    HttpServer server = new HttpServer(loop, reception, handlers);
    server.listen(loop.unixServer(), loop.unixAddress(path));
    return server;
  }

  /** Listens on a TCP address, where nobody is known. */
  public static HttpServer onTcp(
      IoLoop loop,
      InetSocketAddress address,
      Limits limits,
      RequestMetrics metrics,
      ConnectionHandler.Factory handlers)
      throws IOException {
    Reception reception = new Reception(limits, PeerCredentials.PRIMARY, metrics);
    HttpServer server = new HttpServer(loop, reception, handlers);
    server.listen(loop.tcpServer(), address);
    return server;
  }

  private void listen(ServerBootstrap bootstrap, SocketAddress address) throws IOException {
    ChannelFuture bound =
        bootstrap
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) throws IOException {
                    accept(accepted);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    Throwable failure = bound.cause();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    channel = bound.channel();
    Duration quarter = min(limits.requestTime(), limits.idleTime()).dividedBy(4);
    long every = min(quarter, LONGEST_SWEEP).toNanos();
    sweeps = loop.thread().scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.NANOSECONDS);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Where it listens, with the port that the system chose if none was asked for. */
  public SocketAddress address() {
    Channel bound = channel;
    if (bound == null) {
      throw new IllegalStateException("the server does not listen");
    }
    return bound.localAddress();
  }

  /** Runs something on the event loop; from any thread. */
  public void execute(Runnable action) {
    loop.thread().execute(action);
  }

  /** Runs something on the event loop again and again; whoever asked cancels it. */
  public ScheduledFuture<?> every(Duration period, Runnable action) {
    return loop.thread()
        .scheduleAtFixedRate(action, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  public Limits limits() {
    return limits;
  }

  RequestMetrics metrics() {
    return reception.metrics();
  }

  /** Whether this peer's user does not ask faster than it may. */
  boolean admits(Peer peer) {
    return limits.requestsPerSecond() == 0 || rate.admits(peer.uid(), System.nanoTime());
  }

  long requestNanos() {
    return requestNanos;
  }

  long idleNanos() {
    return idleNanos;
  }

  private void accept(Channel accepted) throws IOException {
    Peer peer = reception.credentials().of(accepted);
    int ofUid = connectionsByUid.getOrDefault(peer.uid(), 0);
    if (stopping) {
      ChannelFuture _ = accepted.close();
    } else if (ofUid >= limits.connectionsPerUid()) {
      turnAway(accepted, "your user has as many connections as one may have: close some");
    } else if (connections.size() >= limits.connections() && !makeRoom(ofUid)) {
      turnAway(accepted, "the agent has as many connections as it takes: close some, try later");
    } else {
      RequestDecoder decoder = new RequestDecoder(limits);
      HttpConnection connection = new HttpConnection(this, decoder, handlers.accept(peer), peer);
      connections.add(connection);
      connectionsByUid.put(peer.uid(), ofUid + 1);
      accepted.pipeline().addLast(decoder, connection);
    }
  }

  /**
   * Closes an idle connection of the user who has most, so that some users with many cannot keep
   * out another with few. Who waits for an answer or watches is never cut.
   *
   * @param ofUid how many the one has for whom there should be room
   */
  private boolean makeRoom(int ofUid) {
    Optional<Integer> crowded =
        connectionsByUid.entrySet().stream()
            .filter(user -> user.getValue() > ofUid + 1)
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey);
    Optional<HttpConnection> leaving =
        crowded.flatMap(
            uid ->
                connections.stream()
                    .filter(one -> one.peer().uid() == uid)
                    .filter(HttpConnection::giveWay)
                    .findFirst());
    leaving.ifPresent(this::closed);
    return leaving.isPresent();
  }

  private void turnAway(Channel accepted, String detail) {
    Reply reply = Reply.problem(Problem.TOO_MANY_CONNECTIONS, detail).with("Retry-After", "1");
    metrics().answered(Route.OTHER, reply.status(), 0);
    ChannelFuture _ =
        accepted
            .writeAndFlush(reply.toBytes(accepted.alloc(), "Connection: close\r\n", true))
            .addListener(ChannelFutureListener.CLOSE);
  }

  void closed(HttpConnection connection) {
    if (connections.remove(connection)) {
      connectionsByUid.computeIfPresent(
          connection.peer().uid(), (uid, count) -> count == 1 ? null : count - 1);
      completeWhenEmpty();
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    new ArrayList<>(connections).forEach(connection -> connection.sweep(now));
  }

  private void completeWhenEmpty() {
    if (stopping && connections.isEmpty()) {
      allClosed.complete(null);
    }
  }

  /** Stops accepting, lets what is in flight finish within the time for it, then cuts the rest. */
  @Override
  public void close() {
    Channel bound = channel;
    if (bound == null) {
      return;
    }
    bound.close().awaitUninterruptibly();
    execute(
        () -> {
          stopping = true;
          new ArrayList<>(connections).forEach(HttpConnection::stop);
          completeWhenEmpty();
        });
    try {
      allClosed
          .orTimeout(limits.stopTime().toNanos(), TimeUnit.NANOSECONDS)
          .exceptionally(late -> null)
          .join();
    } finally {
      cut();
    }
  }

  private void cut() {
    ScheduledFuture<?> sweeping = sweeps;
    if (sweeping != null) {
      sweeping.cancel(false);
    }
    execute(() -> new ArrayList<>(connections).forEach(HttpConnection::cut));
  }
}
