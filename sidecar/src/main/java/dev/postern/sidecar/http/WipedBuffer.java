package dev.postern.sidecar.http;

import dev.postern.SecretMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/** Secret memory that can be written to a connection: wiped with the last reference to it. */
public final class WipedBuffer extends UnpooledDirectByteBuf {
  private final SecretMemory.Block block;

  private WipedBuffer(SecretMemory.Block block, int length) {
    super(UnpooledByteBufAllocator.DEFAULT, slice(block, length), length);
    this.block = block;
  }

  /**
   * Takes over the block.
   *
   * @param length of what is in it
   */
  public static ByteBuf takeOwnershipOf(SecretMemory.Block block, int length) {
    return new WipedBuffer(block, length);
  }

  private static ByteBuffer slice(SecretMemory.Block block, int length) {
    return block.buffer().clear().limit(length);
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    block.close();
  }
}
