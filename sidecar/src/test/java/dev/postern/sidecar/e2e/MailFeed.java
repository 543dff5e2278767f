package dev.postern.sidecar.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** A steady stream of mail, each with a subject of its own, until it is closed. */
final class MailFeed implements AutoCloseable {
  private static final long PAUSE_NANOS = 100_000_000;

  private final int port;
  private final String sender;
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean ending;

  private MailFeed(int port, String sender) {
    this.port = port;
    this.sender = sender;
    this.thread = Thread.ofVirtual().name("mail-feed").start(this::feed);
  }

  static MailFeed start(int port, String sender) {
    return new MailFeed(port, sender);
  }

  private void feed() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
      expect(reader, "220");
      say(socket, reader, "EHLO localhost", "250");
      for (int number = 1; !ending; number++) {
        String subject = "mail-" + number;
        say(socket, reader, "MAIL FROM:<" + sender + ">", "250");
        say(socket, reader, "RCPT TO:<somebody@example.net>", "250");
        say(socket, reader, "DATA", "354");
        say(socket, reader, "Subject: " + subject + "\r\n\r\nhello\r\n.", "250");
        accepted.add(subject);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      say(socket, reader, "QUIT", "221");
    } catch (IOException e) {
      failure.set(e);
    }
  }

  private static void say(Socket socket, BufferedReader reader, String text, String answer)
      throws IOException {
    socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    expect(reader, answer);
  }

  private static void expect(BufferedReader reader, String answer) throws IOException {
    String line = reader.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      line = reader.readLine();
    }
    if (line == null || !line.startsWith(answer)) {
      throw new IOException("expected " + answer + ", got " + line);
    }
  }

  /** The subjects of what was taken, so far. */
  List<String> accepted() {
    return List.copyOf(accepted);
  }

  @Override
  public void close() {
    end();
  }

  /** Hands the mail under way in, and no more. */
  void end() {
    ending = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (failure.get() != null) {
      throw new AssertionError("mail could not be handed in", failure.get());
    }
  }
}
