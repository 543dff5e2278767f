package dev.postern.sidecar.socketmap;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks as Postfix does, or sends whatever it is told to. */
public final class NetstringClient implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  private NetstringClient(SocketChannel channel) {
    this.channel = channel;
    this.in = Channels.newInputStream(channel);
    this.out = Channels.newOutputStream(channel);
  }

  public static NetstringClient connect(Path socket) {
    try {
      return new NetstringClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String request(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length + ":" + text + ",";
  }

  public String ask(String request) {
    return send(request(request)).answer();
  }

  NetstringClient send(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Sends without waiting: how many bytes the other side and the system take. */
  long stuff(byte[] bytes, long most) throws IOException {
    channel.configureBlocking(false);
    long taken = 0;
    ByteBuffer source = ByteBuffer.wrap(bytes);
    int written;
    while (taken < most && (written = channel.write(source)) > 0) {
      taken += written;
      if (!source.hasRemaining()) {
        source.rewind();
      }
    }
    return taken;
  }

  String answer() {
    try {
      int length = 0;
      for (int next = in.read(); next != ':'; next = in.read()) {
        if (next < 0) {
          throw new EOFException("the server closed the connection");
        }
        length = 10 * length + next - '0';
      }
      String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      if (in.read() != ',') {
        throw new IOException("a netstring does not end with a comma");
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the server has closed the connection; waits for it. */
  boolean closedByServer() {
    try {
      return in.read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
