package dev.postern.sidecar.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Two real Unix sockets with canned answers. The answers to one request are given in turn, the last
 * one again and again; what nobody expected is answered with 599.
 */
public final class FakeAgent implements AutoCloseable {
  private final ServerSocketChannel socket;
  private final ServerSocketChannel admin;
  private final Map<String, Deque<byte[]>> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  public FakeAgent(Path directory) throws IOException {
    socket = listen(directory.resolve("postern.sock"), "agent");
    admin = listen(directory.resolve("postern-admin.sock"), "admin");
  }

  /** An answer to, for example, {@code agent GET /v1/secrets}. */
  public void answer(String request, int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String type = status < 400 ? "application/json" : "application/problem+json";
    answerRaw(
        request,
        "HTTP/1.1 %d Whatever\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(status, type, bytes.length, body));
  }

  /** These bytes, and then the end of the connection. */
  public void answerRaw(String request, String answer) {
    Deque<byte[]> queue = answers.computeIfAbsent(request, _ -> new ArrayDeque<>());
    synchronized (queue) {
      queue.add(answer.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What was asked, each with its body. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    admin.close();
  }

  private ServerSocketChannel listen(Path path, String name) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofVirtual().start(() -> accept(server, name));
    return server;
  }

  private void accept(ServerSocketChannel server, String name) {
    try {
      while (true) {
        SocketChannel connection = server.accept();
        Thread.ofVirtual().start(() -> serve(connection, name));
      }
    } catch (ClosedChannelException e) {
      return;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void serve(SocketChannel connection, String name) {
    try (connection) {
      String request = name + " " + readRequest(Channels.newInputStream(connection));
      requests.add(request);
      ByteBuffer answer = ByteBuffer.wrap(next(request));
      while (answer.hasRemaining()) {
        connection.write(answer);
      }
    } catch (IOException e) {
      // The client went away, as it may.
      return;
    }
  }

  private byte[] next(String request) {
    String withoutBody = String.join(" ", List.of(request.split(" ", 4)).subList(0, 3));
    Deque<byte[]> queue = answers.get(withoutBody);
    if (queue == null) {
      return "HTTP/1.1 599 Unexpected\r\nContent-Length: 0\r\n\r\n"
          .getBytes(StandardCharsets.UTF_8);
    }
    synchronized (queue) {
      return queue.size() > 1 ? queue.remove() : queue.element();
    }
  }

  private static String readRequest(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("half a request");
      }
      head.write(next);
    }
    String[] lines = head.toString(StandardCharsets.US_ASCII).split("\r\n", -1);
    int length = 0;
    for (String line : lines) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring("Content-Length: ".length()));
      }
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    String request = lines[0].replace(" HTTP/1.1", "");
    return body.isEmpty() ? request : request + " " + body;
  }
}
