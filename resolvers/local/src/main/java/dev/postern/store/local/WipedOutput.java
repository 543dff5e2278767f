package dev.postern.store.local;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Collects plain text in memory, and leaves none of it behind when it grows or is closed. */
final class WipedOutput extends OutputStream {
  private byte[] bytes = new byte[4096];
  private int length;

  @Override
  public void write(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    reserve(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  /** A view of what was written, valid until {@link #close()}. */
  ByteBuffer written() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    length = 0;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      byte[] larger = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
  }
}
