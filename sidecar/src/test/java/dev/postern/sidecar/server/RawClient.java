package dev.postern.sidecar.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A client that sends exactly the bytes it is told to. */
public final class RawClient implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  /** An answer; header names in lower case. */
  public record Answer(int status, Map<String, String> headers, String body) {
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private RawClient(SocketChannel channel) {
    this.channel = channel;
    this.in = Channels.newInputStream(channel);
    this.out = Channels.newOutputStream(channel);
  }

  public static RawClient connect(Path socket) {
    return connect(UnixDomainSocketAddress.of(socket));
  }

  public static RawClient connect(SocketAddress address) {
    try {
      return new RawClient(SocketChannel.open(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One request on a connection of its own. */
  public static Answer get(Path socket, String target, String... headers) {
    try (RawClient client = connect(socket)) {
      return client.get(target, headers);
    }
  }

  public Answer get(String target, String... headers) {
    return request("GET", target, "", headers);
  }

  public Answer request(String method, String target, String body, String... headers) {
    start(method, target, body, headers);
    return answer(!method.equals("HEAD"));
  }

  /** Sends a request and does not wait for the answer. */
  public RawClient start(String method, String target, String body, String... headers) {
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: postern\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    if (!body.isEmpty()) {
      text.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return send(text.append("\r\n").append(body).toString());
  }

  public RawClient send(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public Answer answer() {
    return answer(true);
  }

  public Answer answer(boolean withBody) {
    try {
      String statusLine = line();
      Map<String, String> headers = new LinkedHashMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      String length = headers.get("content-length");
      byte[] body =
          withBody && length != null ? in.readNBytes(Integer.parseInt(length)) : new byte[0];
      return new Answer(
          Integer.parseInt(statusLine.split(" ", -1)[1]),
          headers,
          new String(body, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line, without its end. */
  public String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next;
    while ((next = in.read()) != '\n') {
      if (next < 0) {
        throw new EOFException("the server closed the connection");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** The lines of the next event, comments left out. */
  public String event() throws IOException {
    StringBuilder event = new StringBuilder();
    for (String line = line(); !line.isEmpty() || event.isEmpty(); line = line()) {
      if (!line.isEmpty() && !line.startsWith(":")) {
        event.append(line).append('\n');
      }
    }
    return event.toString();
  }

  /** Whether the server has closed the connection; waits for it. */
  public boolean closedByServer() {
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
