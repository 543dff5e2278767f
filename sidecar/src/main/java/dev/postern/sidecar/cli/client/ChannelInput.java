package dev.postern.sidecar.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A non-blocking channel read and written with a limit on waiting: Unix channels have no socket
 * adaptor and so no read timeout of their own.
 */
final class ChannelInput extends InputStream {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();
  private Duration patience;

  ChannelInput(SocketChannel channel, Duration patience) throws IOException {
    this.channel = channel;
    this.patience = patience;
    channel.configureBlocking(false);
    this.selector = Selector.open();
    this.key = channel.register(selector, 0);
  }

  /** From now on waits for as long as the other side keeps the connection. */
  void waitForever() {
    patience = Duration.ZERO;
  }

  void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    try (channel;
        selector) {
      buffer.clear();
    }
  }

  private boolean fill() throws IOException {
    while (!buffer.hasRemaining()) {
      buffer.clear();
      int count = channel.read(buffer);
      buffer.flip();
      if (count < 0) {
        return false;
      }
      if (count == 0) {
        await(SelectionKey.OP_READ);
      }
    }
    return true;
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    if (selector.select(patience.toMillis()) == 0 && !patience.isZero()) {
      throw new SocketTimeoutException("nothing came in time");
    }
    selector.selectedKeys().clear();
    if (Thread.currentThread().isInterrupted()) {
      throw new java.io.InterruptedIOException("interrupted");
    }
  }
}
