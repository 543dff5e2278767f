package dev.postern.sidecar.http;

import dev.postern.SecretMemory;
import io.netty.buffer.ByteBuf;

/**
 * A whole 200 answer with a secret in it, rendered once into secret memory and written as often as
 * it is asked for, without a copy. The memory is wiped when its maker has released it and the last
 * write of it has gone out.
 */
public final class PreparedReply {
  private final ByteBuf bytes;
  private final int headersEnd;
  private final int bodyStart;

  private PreparedReply(ByteBuf bytes, int headersEnd, int bodyStart) {
    this.bytes = bytes;
    this.headersEnd = headersEnd;
    this.bodyStart = bodyStart;
  }

  /**
   * Takes over the block.
   *
   * @param length of the whole answer in it
   * @param bodyStart where the body begins, after the empty line
   */
  public static PreparedReply takeOwnershipOf(SecretMemory.Block block, int length, int bodyStart) {
    return new PreparedReply(WipedBuffer.takeOwnershipOf(block, length), bodyStart - 2, bodyStart);
  }

  /** The maker does not need it any more. */
  public void release() {
    bytes.release();
  }

  /** The answer as it stands. */
  ByteBuf whole() {
    return bytes.retainedDuplicate();
  }

  ByteBuf statusAndHeaders() {
    return bytes.retainedSlice(0, headersEnd);
  }

  ByteBuf emptyLine() {
    return bytes.retainedSlice(headersEnd, bodyStart - headersEnd);
  }

  ByteBuf emptyLineAndBody() {
    return bytes.retainedSlice(headersEnd, bytes.writerIndex() - headersEnd);
  }
}
