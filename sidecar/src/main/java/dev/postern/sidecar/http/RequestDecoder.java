package dev.postern.sidecar.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder, which also knows since when a request has been arriving. */
final class RequestDecoder extends HttpRequestDecoder {
  private long arrivingSince;
  private boolean arriving;

  RequestDecoder(Limits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.requestLine())
            .setMaxHeaderSize(limits.headers())
            .setInitialBufferSize(256));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (!arriving) {
      arriving = true;
      arrivingSince = System.nanoTime();
    }
    super.channelRead(ctx, message);
    if (!arriving && actualReadableBytes() > 0) {
      arriving = true;
      arrivingSince = System.nanoTime();
    }
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
