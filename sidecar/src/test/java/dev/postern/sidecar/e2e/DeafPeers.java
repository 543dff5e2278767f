package dev.postern.sidecar.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Peers that ask, one request behind the other, and never read an answer. */
final class DeafPeers implements AutoCloseable {
  /** More than an agent should take without having its answers read. */
  private static final int AT_ONCE = 100_000;

  private final List<SocketChannel> channels = new ArrayList<>();
  private final byte[] requests;

  /**
   * @param request asked by each of them, as often as it is taken
   */
  DeafPeers(SocketAddress server, int count, String request) {
    requests =
        request.repeat(Math.max(1, AT_ONCE / request.length())).getBytes(StandardCharsets.US_ASCII);
    try {
      for (int i = 0; i < count; i++) {
        SocketChannel channel = SocketChannel.open(server);
        channels.add(channel);
        channel.configureBlocking(false);
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Each asks as much as is taken from it now.
   *
   * @return how many bytes were taken in all
   */
  long ask() {
    long taken = 0;
    for (SocketChannel channel : channels) {
      taken += ask(channel);
    }
    return taken;
  }

  private int ask(SocketChannel channel) {
    try {
      return channel.write(ByteBuffer.wrap(requests));
    } catch (IOException cut) {
      return 0;
    }
  }

  @Override
  public void close() {
    for (SocketChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
