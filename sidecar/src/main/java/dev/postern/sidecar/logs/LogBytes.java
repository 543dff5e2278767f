package dev.postern.sidecar.logs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Bytes in a row that grow as needed. Not for more than one thread. */
final class LogBytes {
  private static final int USUAL = 8 * 1024;

  private byte[] bytes = new byte[USUAL];
  private int length;

  int length() {
    return length;
  }

  void append(byte[] more, int offset, int count) {
    if (bytes.length < length + count) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
    System.arraycopy(more, offset, bytes, length, count);
    length += count;
  }

  void writeTo(OutputStream target) throws IOException {
    target.write(bytes, 0, length);
  }

  void moveTo(LogBytes other) {
    other.append(bytes, 0, length);
    clear();
  }

  /** What is there, which is no longer there. */
  byte[] take() {
    byte[] all = Arrays.copyOf(bytes, length);
    clear();
    return all;
  }

  void clear() {
    length = 0;
    // What a long wait has made large is not kept.
    if (bytes.length > 4 * USUAL) {
      bytes = new byte[USUAL];
    }
  }
}
