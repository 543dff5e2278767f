package dev.postern.sidecar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: puts requests together within their limits and hands them on one at a time.
 * Whatever arrives while an answer is pending, or while answers are not read, waits as it came;
 * reading stops when that grows.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
  private static final byte[] NO_BODY = {};

  private enum Phase {
    /** Between requests, or within one. */
    READING,
    /** A request is being answered. */
    ANSWERING,
    /** The answer is a stream, which ends with the connection. */
    STREAMING,
    /** Nothing is read any more. */
    CLOSING
  }

  private final HttpServer server;
  private final RequestDecoder decoder;
  private final ConnectionHandler handler;
  private final Peer peer;
  private final Exchange exchange;

  private Phase phase = Phase.READING;
  private @Nullable ChannelHandlerContext context;
  private @Nullable HttpRequest request;
  private @Nullable ByteArrayOutputStream body;
  private @Nullable Pending pending;
  private boolean reading;
  private boolean handling;
  private boolean lastRequest;
  private long lastActivity = System.nanoTime();

  HttpConnection(HttpServer server, RequestDecoder decoder, ConnectionHandler handler, Peer peer) {
    this.server = server;
    this.decoder = decoder;
    this.handler = handler;
    this.peer = peer;
    this.exchange = new Exchange(this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    decoder.onlyWhen(this::takesMore);
  }

  /** A peer that asks without reading the answers is not answered more. */
  private boolean takesMore() {
    return switch (phase) {
      case READING -> context().channel().isWritable();
      case ANSWERING -> false;
      case STREAMING, CLOSING -> true;
    };
  }

  ChannelHandlerContext context() {
    ChannelHandlerContext known = context;
    if (known == null) {
      throw new IllegalStateException("the connection is not set up yet");
    }
    return known;
  }

  HttpServer server() {
    return server;
  }

  Peer peer() {
    return peer;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    reading = true;
    if (phase == Phase.READING) {
      process((HttpObject) message);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    lastActivity = System.nanoTime();
    Pending waiting = pending;
    if (ctx.channel().isWritable() && waiting != null) {
      waiting.writable();
    }
    readOn();
  }

  /** Goes on with what has arrived, and then with what arrives, as far as it is wanted. */
  private void readOn() {
    if (decoder.keepsSome() && takesMore() && !reading) {
      ChannelPipeline pipeline = context().pipeline();
      pipeline.fireChannelRead(Unpooled.EMPTY_BUFFER).fireChannelReadComplete();
    }
    boolean enough = decoder.keepsMuch() && !takesMore();
    context().channel().config().setAutoRead(context().channel().isWritable() && !enough);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    phase = Phase.CLOSING;
    Pending waiting = pending;
    pending = null;
    if (waiting != null) {
      waiting.connectionClosed();
    }
    handler.closed();
    server.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.atError().setCause(cause).log("a connection failed and was closed");
    }
    cut();
  }

  private void process(HttpObject message) {
    try {
      if (message.decoderResult().isFailure()) {
        refuseMalformed(message.decoderResult().cause());
        return;
      }
      if (message instanceof HttpRequest next) {
        begin(next);
      }
      if (message instanceof HttpContent content && phase == Phase.READING) {
        append(content.content());
        if (message instanceof LastHttpContent && phase == Phase.READING) {
          complete();
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest next) {
    request = next;
    body = null;
    boolean oversized = HttpUtil.getContentLength(next, 0L) > server.limits().body();
    if (oversized) {
      refuseOversized();
    } else if (HttpUtil.is100ContinueExpected(next)) {
      write(Exchange.continueBytes());
      context().flush();
    }
  }

  private void append(ByteBuf content) {
    int more = content.readableBytes();
    if (more == 0) {
      return;
    }
    ByteArrayOutputStream target = body;
    if (target == null) {
      target = new ByteArrayOutputStream(more);
      body = target;
    }
    if (target.size() + more > server.limits().body()) {
      refuseOversized();
      return;
    }
    byte[] bytes = new byte[more];
    content.readBytes(bytes);
    target.writeBytes(bytes);
  }

  private void complete() {
    HttpRequest ready = request;
    if (ready == null) {
      return;
    }
    ByteArrayOutputStream received = body;
    phase = Phase.ANSWERING;
    decoder.completed();
    exchange.begin(
        ready,
        received == null ? NO_BODY : received.toByteArray(),
        !HttpUtil.isKeepAlive(ready) || lastRequest,
        waitingSince());
    handling = true;
    try {
      if (server.admits(peer)) {
        handler.handle(exchange);
      } else {
        exchange.respond(
            Reply.problem(
                    Problem.TOO_MANY_REQUESTS,
                    "your user asks more often than it may: keep what you fetch, and wait for"
                        + " changes with /v1/watch or ?wait=")
                .with("Retry-After", "1"));
      }
    } catch (RuntimeException e) {
      exchange.fail(e);
    } finally {
      handling = false;
    }
  }

  /** The answer is written: on to the next request, or the end. */
  void answered(boolean last, long now) {
    pending = null;
    request = null;
    body = null;
    lastActivity = now;
    if (last) {
      closeAfterWrites();
      return;
    }
    phase = Phase.READING;
    if (!handling) {
      readOn();
    }
    if (!reading) {
      context().flush();
    }
  }

  void hold(Pending waiting) {
    pending = waiting;
  }

  void stream(Pending waiting, long now) {
    pending = waiting;
    lastActivity = now;
    phase = Phase.STREAMING;
    context().channel().config().setAutoRead(true);
    if (!reading) {
      context().flush();
    }
  }

  void write(ByteBuf bytes) {
    // A failed write without a promise of its own reaches exceptionCaught.
    ChannelFuture _ = context().write(bytes, context().voidPromise());
  }

  /** Closes, with whatever is not written yet left unwritten. */
  void cut() {
    ChannelFuture _ = context().close();
  }

  /** Makes room for somebody else, if nothing has begun here. */
  boolean giveWay() {
    boolean idle = phase == Phase.READING && !decoder.arriving();
    if (idle) {
      phase = Phase.CLOSING;
      cut();
    }
    return idle;
  }

  boolean open() {
    return phase != Phase.CLOSING;
  }

  void closeAfterWrites() {
    phase = Phase.CLOSING;
    lastActivity = System.nanoTime();
    ChannelFuture _ =
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** Looks after time-outs, every now and then. */
  void sweep(long now) {
    long quiet = now - lastActivity;
    switch (phase) {
      case READING -> {
        boolean heardOut = decoder.arriving() && context().channel().isWritable();
        if (heardOut && now - waitingSince() > server.requestNanos()) {
          refuse(Problem.TIMEOUT, "send the whole request at once and within the time limit");
        } else if (!heardOut && quiet > server.idleNanos()) {
          cut();
        }
      }
      case CLOSING -> {
        if (quiet > server.requestNanos()) {
          cut();
        }
      }
      case ANSWERING, STREAMING -> {}
    }
  }

  /** Time that we spent on not reading is not held against the peer. */
  private long waitingSince() {
    return Math.max(decoder.arrivingSince(), lastActivity);
  }

  /** The server stops: finish what is in flight. */
  void stop() {
    lastRequest = true;
    Pending waiting = pending;
    switch (phase) {
      case READING -> {
        if (!decoder.arriving()) {
          closeAfterWrites();
        }
      }
      case ANSWERING, STREAMING -> {
        exchange.beLast();
        if (waiting != null) {
          waiting.serverStopping();
        }
      }
      case CLOSING -> {}
    }
  }

  private void refuseOversized() {
    refuse(
        Problem.BODY_TOO_LARGE,
        "the body is larger than " + server.limits().body() + " bytes: send less");
  }

  private void refuseMalformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      refuse(
          Problem.URI_TOO_LONG,
          "the request line is longer than " + server.limits().requestLine() + " bytes");
    } else if (cause instanceof TooLongHttpHeaderException) {
      refuse(
          Problem.HEADERS_TOO_LARGE,
          "the header fields are larger than " + server.limits().headers() + " bytes");
    } else {
      refuse(Problem.BAD_REQUEST, "this is not a valid HTTP/1.1 request");
    }
  }

  /** Answers what never became a whole request, and closes: the rest cannot be made sense of. */
  private void refuse(Problem problem, String detail) {
    phase = Phase.ANSWERING;
    exchange.refuse(Reply.problem(problem, detail), decoder.arrivingSince());
  }
}
