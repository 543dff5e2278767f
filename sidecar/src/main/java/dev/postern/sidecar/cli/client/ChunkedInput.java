package dev.postern.sidecar.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body in chunks; trailers are skipped. */
final class ChunkedInput extends InputStream {
  private static final int LONGEST_LINE = 1024;

  private final InputStream in;
  private long remaining;
  private boolean started;
  private boolean ended;

  ChunkedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (remaining == 0 && !nextChunk()) {
      return -1;
    }
    int count = in.read(target, offset, (int) Math.min(length, remaining));
    if (count < 0) {
      throw new EOFException("the answer ends in the middle of a chunk");
    }
    remaining -= count;
    return count;
  }

  private boolean nextChunk() throws IOException {
    if (ended) {
      return false;
    }
    if (started && !AnswerHead.line(in, 1).isEmpty()) {
      throw new MalformedAnswerException("no end of a chunk");
    }
    started = true;
    String size = AnswerHead.line(in, LONGEST_LINE);
    int extension = size.indexOf(';');
    String digits = (extension < 0 ? size : size.substring(0, extension)).strip();
    if (!digits.matches("[0-9a-fA-F]{1,8}")) {
      throw new MalformedAnswerException("no size of a chunk");
    }
    remaining = Long.parseLong(digits, 16);
    if (remaining == 0) {
      ended = true;
      skipTrailers();
    }
    return !ended;
  }

  private void skipTrailers() throws IOException {
    String trailer = AnswerHead.line(in, LONGEST_LINE);
    while (!trailer.isEmpty()) {
      trailer = AnswerHead.line(in, LONGEST_LINE);
    }
  }
}
