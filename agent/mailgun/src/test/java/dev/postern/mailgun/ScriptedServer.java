package dev.postern.mailgun;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers each request by the next line of its script, over plain sockets; one per connection. */
final class ScriptedServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Queue<Answer> script = new ConcurrentLinkedQueue<>();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

  ScriptedServer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  ScriptedServer then(Answer... answers) {
    script.addAll(List.of(answers));
    return this;
  }

  List<RecordedRequest> requests() {
    return requests;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      requests.add(read(socket.getInputStream()));
      Answer answer = script.poll();
      play(answer == null ? Answer.text(599, "the script is over") : answer, socket);
    } catch (IOException clientIsGone) {
      // The test looks at what the client made of it.
    }
  }

  private static void play(Answer answer, Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    switch (answer) {
      case Answer.Whole whole -> {
        out.write(bytes(head(whole.status(), whole.headers(), whole.body().length())));
        out.write(bytes(whole.body()));
        out.flush();
      }
      case Answer.Cut cut ->
          out.write(bytes(head(cut.status(), List.of(), 5_000) + cut.bodySoFar()));
      case Answer.Stalled stalled -> {
        out.write(bytes(head(stalled.status(), List.of(), 5_000) + stalled.bodySoFar()));
        out.flush();
        waitForClientToLeave(socket);
      }
      case Answer.Silent silent -> waitForClientToLeave(socket);
      case Answer.Reset reset -> socket.setSoLinger(true, 0);
      case Answer.Garbage garbage -> out.write(bytes(garbage.text()));
    }
  }

  private static void waitForClientToLeave(Socket socket) throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private static String head(int status, List<String> headers, int length) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " scripted\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    return head.append("Content-Length: ")
        .append(length)
        .append("\r\nConnection: close\r\n\r\n")
        .toString();
  }

  private static RecordedRequest read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("half a request");
      }
      head.write(next);
    }
    RecordedRequest noBody =
        RecordedRequest.of(head.toString(StandardCharsets.ISO_8859_1).strip(), new byte[0]);
    String length = noBody.header("Content-Length");
    byte[] body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
    return RecordedRequest.of(head.toString(StandardCharsets.ISO_8859_1).strip(), body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
