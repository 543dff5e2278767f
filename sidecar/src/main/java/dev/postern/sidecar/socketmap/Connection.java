package dev.postern.sidecar.socketmap;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Consumer;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.http.Route;
import dev.postern.sidecar.server.Audit;
import dev.postern.sidecar.socketmap.Tables.Finding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: each request is answered at once and in its turn. Lives on the event loop. */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** How often a connection in steady use is told of; {@link SocketmapServer#USE} allows for it. */
  static final long SEEN_MILLIS = 500;

  private record Report(Version version, long atMillis) {}

  private final SocketmapServer server;
  private final NetstringDecoder decoder;
  private final Peer peer;
  private final Map<Login, Report> reports = new HashMap<>(4);

  private @Nullable ChannelHandlerContext context;
  private @Nullable Consumer consumer;
  private boolean closing;
  private long lastActivity = System.nanoTime();
  private long startedAt;

  // The last question that was allowed: most connections ask the same thing again and again.
  private String lastRequest = "";
  private @Nullable Login lastLogin;

  Connection(SocketmapServer server, NetstringDecoder decoder, Peer peer) {
    this.server = server;
    this.decoder = decoder;
    this.peer = peer;
  }

  Peer peer() {
    return peer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    // A peer that asks without reading the answers is not answered more, nor read from.
    decoder.onlyWhen(() -> closing || ctx.channel().isWritable());
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext known = context;
    if (known == null) {
      throw new IllegalStateException("the connection is not set up yet");
    }
    return known;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      return;
    }
    startedAt = decoder.arrivingSince();
    switch ((Netstring) message) {
      case Netstring.Text(String request) -> answer(request);
      case Netstring.Broken(String why) -> refuseAndClose(Refusal.permanent(400, why));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    lastActivity = System.nanoTime();
    if (ctx.channel().isWritable() && decoder.arriving() && !closing) {
      ctx.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER).fireChannelReadComplete();
    }
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    server.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.atError().setCause(cause).log("a table's connection failed and was closed");
    }
    cut();
  }

  private void answer(String request) {
    try {
      Login again = lastLogin;
      if (!server.admits(peer)) {
        refuse(Refusal.TOO_OFTEN);
      } else if (again != null && request.equals(lastRequest)) {
        give(again);
      } else {
        look(request);
      }
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a look-up failed inside the agent");
      refuse(Refusal.FAILED);
    }
  }

  private void look(String request) {
    int space = request.indexOf(' ');
    if (space < 0) {
      refuse(Refusal.NO_KEY);
      return;
    }
    switch (server.find(request.substring(0, space), request.substring(space + 1), peer)) {
      case Finding.Found(Login login) -> {
        lastRequest = request;
        lastLogin = login;
        give(login);
      }
      case Finding.Nothing nothing -> refuse(Refusal.NOT_FOUND);
      case Finding.Denied(String asked) -> {
        Audit.denied(peer, "lookup", asked, "");
        refuse(Refusal.DENIED);
      }
      case Finding.Several(String names) ->
          refuse(
              Refusal.temporary(
                  409, "several secrets are for this key (" + names + "): use one as the table"));
      case Finding.NoTable none -> refuse(Refusal.NO_TABLE);
    }
  }

  private void give(Login login) {
    switch (login.read()) {
      case Login.Reading.Ready(ByteBuf answer, Version version) -> {
        write(answer.retainedDuplicate(), 200);
        report(login, version);
      }
      case Login.Reading.NotNow(String why) -> refuse(Refusal.temporary(503, why));
    }
  }

  private void report(Login login, Version version) {
    Report last = reports.get(login);
    long now = server.services().time().millis();
    boolean same = last != null && last.version.equals(version);
    if (last != null && same && now - last.atMillis < SEEN_MILLIS) {
      return;
    }
    Consumer asking = consumer;
    if (asking == null) {
      asking = peer.asConsumer();
      consumer = asking;
    }
    server
        .services()
        .consumers()
        .lookedUp(login.definition().name(), version, asking, SocketmapServer.USE);
    reports.put(login, new Report(version, now));
    if (!same) {
      audit(login.definition().name(), version);
    }
  }

  private void audit(SecretName secret, Version version) {
    server
        .services()
        .policy()
        .rule(secret, peer)
        .ifPresent(rule -> Audit.allowed(peer, "lookup", secret.value(), version.id(), rule));
  }

  private void refuse(Refusal refusal) {
    write(refusal.bytes(), refusal.status());
  }

  private void write(ByteBuf bytes, int status) {
    long now = System.nanoTime();
    lastActivity = now;
    server.services().metrics().answered(Route.SOCKETMAP, status, now - startedAt);
    // A failed write without a promise of its own reaches exceptionCaught.
    ChannelFuture _ = context().write(bytes, context().voidPromise());
  }

  private void refuseAndClose(Refusal refusal) {
    refuse(refusal);
    closeAfterWrites();
  }

  private void closeAfterWrites() {
    closing = true;
    lastActivity = System.nanoTime();
    ChannelFuture _ =
        context()
            .writeAndFlush(context().alloc().buffer(0))
            .addListener(ChannelFutureListener.CLOSE);
  }

  /** Looks after time-outs, every now and then. */
  void sweep(long now) {
    long quiet = now - lastActivity;
    boolean reads = context().channel().isWritable();
    if (closing || !reads) {
      if (quiet > server.requestNanos()) {
        cut();
      }
    } else if (decoder.arriving()) {
      long since = Math.max(decoder.arrivingSince(), lastActivity);
      if (now - since > server.requestNanos()) {
        startedAt = since;
        refuseAndClose(Refusal.TOO_SLOW);
      }
    } else if (quiet > server.idleNanos()) {
      cut();
    }
  }

  /** The server stops: what was asked is answered already. */
  void stop() {
    if (!closing) {
      closeAfterWrites();
    }
  }

  /** Closes, with whatever is not written yet left unwritten. */
  void cut() {
    ChannelFuture _ = context().close();
  }
}
