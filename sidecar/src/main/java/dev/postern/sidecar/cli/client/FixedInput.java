package dev.postern.sidecar.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body whose length was announced: an end before that is half an answer. */
final class FixedInput extends InputStream {
  private final InputStream in;
  private long remaining;

  FixedInput(InputStream in, long length) {
    this.in = in;
    this.remaining = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (remaining == 0) {
      return -1;
    }
    int count = in.read(target, offset, (int) Math.min(length, remaining));
    if (count < 0) {
      throw new EOFException("the answer is shorter than announced");
    }
    remaining -= count;
    return count;
  }
}
