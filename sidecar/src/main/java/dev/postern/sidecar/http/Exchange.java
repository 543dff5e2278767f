package dev.postern.sidecar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request and the means to answer it, exactly once. A connection has one exchange, used again for
 * each of its requests. To be used on the event loop, except for {@link #resume}.
 */
public final class Exchange {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final String CLOSE = "Connection: close\r\n";
  private static final String KEEP_ALIVE = "Connection: keep-alive\r\n";

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final HttpConnection connection;
  private @Nullable HttpRequest request;
  private byte[] body = {};
  private Route route = Route.OTHER;
  private boolean last;
  private boolean answered = true;
  private long startedAt;

  Exchange(HttpConnection connection) {
    this.connection = connection;
  }

  static ByteBuf continueBytes() {
    return Unpooled.wrappedBuffer(CONTINUE);
  }

  void begin(HttpRequest next, byte[] received, boolean isLast, long nanos) {
    request = next;
    body = received;
    last = isLast;
    startedAt = nanos;
    route = Route.OTHER;
    answered = false;
  }

  void beLast() {
    last = true;
  }

  void refuse(Reply reply, long since) {
    answered = false;
    last = true;
    route = Route.OTHER;
    startedAt = since;
    request = null;
    respond(reply);
  }

  /** Answers that the agent failed, and logs why, unless it was answered before that. */
  public void fail(RuntimeException cause) {
    LOG.atError().setCause(cause).log("a request failed inside the agent");
    if (!answered) {
      last = true;
      respond(Reply.problem(Problem.INTERNAL, "see the agent's log"));
    }
  }

  public HttpMethod method() {
    return current().method();
  }

  /** Path and query as they were sent. */
  public String uri() {
    return current().uri();
  }

  public @Nullable String header(CharSequence name) {
    return current().headers().get(name);
  }

  /** The body as text, empty when there is none. */
  public String body() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public Peer peer() {
    return connection.peer();
  }

  /** What the answer is counted as. */
  public void route(Route asked) {
    route = asked;
  }

  public boolean isHead() {
    HttpRequest known = request;
    return known != null && known.method().equals(HttpMethod.HEAD);
  }

  /** Answers with what holds no secret. */
  public void respond(Reply reply) {
    if (claim()) {
      ChannelHandlerContext ctx = connection.context();
      connection.write(reply.toBytes(ctx.alloc(), connectionHeader(), !isHead()));
      finish(reply.status());
    }
  }

  /** Answers with what holds a secret, without copying it. */
  public void respond(PreparedReply reply) {
    if (claim()) {
      String header = connectionHeader();
      if (header == null && !isHead()) {
        connection.write(reply.whole());
      } else {
        connection.write(reply.statusAndHeaders());
        if (header != null) {
          connection.write(ascii(header));
        }
        connection.write(isHead() ? reply.emptyLine() : reply.emptyLineAndBody());
      }
      finish(200);
    }
  }

  /** The answer comes later: through this exchange, on the event loop. */
  public void hold(Pending pending) {
    connection.hold(pending);
  }

  /** Runs something on the event loop, if the connection still is there; from any thread. */
  public void resume(Runnable answer) {
    connection
        .context()
        .executor()
        .execute(
            () -> {
              if (connection.open()) {
                answer.run();
              }
            });
  }

  /** Runs something on the event loop after a while; whoever asked cancels it. */
  public ScheduledFuture<?> after(Duration delay, Runnable action) {
    return connection.context().executor().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Answers with a stream, which ends with the connection. */
  public EventStream stream(String contentType, Pending pending) {
    if (!claim()) {
      throw new IllegalStateException("the request is answered already");
    }
    connection.write(
        ascii(
            Reply.statusLine(200)
                + "Content-Type: "
                + contentType
                + "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"));
    connection.stream(pending, record(200));
    return new EventStream(connection);
  }

  private HttpRequest current() {
    HttpRequest known = request;
    if (known == null) {
      throw new IllegalStateException("there is no request to look at");
    }
    return known;
  }

  /** Whether there still is somebody to answer. */
  private boolean claim() {
    if (answered || !connection.open()) {
      return false;
    }
    answered = true;
    return true;
  }

  private @Nullable String connectionHeader() {
    if (last) {
      return CLOSE;
    }
    HttpRequest known = request;
    boolean byDefault = known == null || known.protocolVersion().isKeepAliveDefault();
    return byDefault ? null : KEEP_ALIVE;
  }

  private void finish(int status) {
    long now = record(status);
    request = null;
    connection.answered(last, now);
  }

  private long record(int status) {
    long now = System.nanoTime();
    connection.server().metrics().answered(route, status, now - startedAt);
    return now;
  }

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }
}
