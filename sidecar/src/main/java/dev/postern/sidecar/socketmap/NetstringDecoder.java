package dev.postern.sidecar.socketmap;

import dev.postern.sidecar.http.IoLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Cuts what arrives into netstrings ({@code 5:hello,}), each only when it is wanted. Never keeps
 * more than one of the longest kind and what was read with it; after something else it reads on and
 * drops it, so that the answer reaches the peer.
 */
final class NetstringDecoder extends ByteToMessageDecoder {
  private final int longest;
  private BooleanSupplier wanted = () -> true;
  private int length = -1;
  private boolean broken;
  private boolean arriving;
  private boolean completed;
  private long arrivingSince;

  /**
   * @param longest bytes of one string
   */
  NetstringDecoder(int longest) {
    this.longest = longest;
  }

  /** Asked again before each string. */
  void onlyWhen(BooleanSupplier isWanted) {
    wanted = isWanted;
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
    completed = false;
    super.channelRead(ctx, message);
    arriving = length >= 0 || actualReadableBytes() > 0;
    if (arriving && completed) {
      arrivingSince = System.nanoTime();
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

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
    } else if (!wanted.getAsBoolean()) {
      return;
    } else if (length < 0) {
      readLength(in, out);
    } else if (in.readableBytes() > length) {
      int end = in.readerIndex() + length;
      if (in.getByte(end) != ',') {
        refuse("a netstring ends with a comma, and this one does not", in, out);
        return;
      }
      out.add(new Netstring.Text(in.toString(in.readerIndex(), length, StandardCharsets.UTF_8)));
      in.readerIndex(end + 1);
      length = -1;
      completed = true;
    }
  }

  private void readLength(ByteBuf in, List<Object> out) {
    int value = 0;
    for (int at = in.readerIndex(); at < in.writerIndex(); at++) {
      byte next = in.getByte(at);
      boolean first = at == in.readerIndex();
      if (next == ':' && !first) {
        in.readerIndex(at + 1);
        length = value;
        return;
      }
      boolean leadingZero = !first && value == 0;
      if (next < '0' || next > '9' || leadingZero) {
        refuse("a request is a netstring, such as 15:table smtp.host,", in, out);
        return;
      }
      value = 10 * value + next - '0';
      if (value > longest) {
        refuse("a request has at most " + longest + " bytes", in, out);
        return;
      }
    }
  }

  private void refuse(String why, ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
    broken = true;
    length = -1;
    completed = true;
    out.add(new Netstring.Broken(why));
  }

  /** Whether a request has begun and is not complete. */
  boolean arriving() {
    return arriving;
  }

  long arrivingSince() {
    return arrivingSince;
  }
}
