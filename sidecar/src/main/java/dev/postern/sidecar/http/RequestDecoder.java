package dev.postern.sidecar.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Netty's decoder, which also knows since when a request has been arriving, and takes a request out
 * of what has arrived only when it is wanted: as bytes, those that wait take little memory.
 */
final class RequestDecoder extends HttpRequestDecoder {
  private BooleanSupplier wanted = () -> true;
  private long arrivingSince;
  private boolean arriving;

  RequestDecoder(Limits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.requestLine())
            .setMaxHeaderSize(limits.headers())
            .setInitialBufferSize(256));
  }

  /** Asked again before each request. */
  void onlyWhen(BooleanSupplier isWanted) {
    wanted = isWanted;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (wanted.getAsBoolean()) {
      super.decode(ctx, in, out);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (actualReadableBytes() >= IoLoop.MOST_KEPT && !wanted.getAsBoolean()) {
      ReferenceCountUtil.release(message);
      ChannelFuture _ = ctx.close();
      return;
    }
    if (!arriving) {
      arriving = true;
      arrivingSince = System.nanoTime();
    }
    super.channelRead(ctx, message);
    if (!arriving && actualReadableBytes() > 0) {
      arriving = true;
      arrivingSince = System.nanoTime();
    }
    if (keepsMuch() && !wanted.getAsBoolean()) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (wanted.getAsBoolean()) {
      super.channelReadComplete(ctx);
    } else {
      // Netty's would read on by itself, because nothing came of what was read.
      ctx.fireChannelReadComplete();
    }
  }

  /** Whether something has arrived that was not wanted, or not completely there, until now. */
  boolean keepsSome() {
    return actualReadableBytes() > 0;
  }

  /** Whether that is as much as should wait; less is read on, to notice when the peer is gone. */
  boolean keepsMuch() {
    return actualReadableBytes() >= IoLoop.READ_BYTES;
  }

  /** The request that was arriving is complete. */
  void completed() {
    arriving = false;
  }

  boolean arriving() {
    return arriving;
  }

  /** When the first byte of the request that is arriving, or arrived last, was read. */
  long arrivingSince() {
    return arrivingSince;
  }
}
