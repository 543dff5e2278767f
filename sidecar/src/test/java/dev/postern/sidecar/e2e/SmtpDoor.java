package dev.postern.sidecar.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A program that sends mail by SMTP, as the provider sees it. */
final class SmtpDoor {
  static final int ALIVE = 235;
  static final int DEAD = 535;

  private SmtpDoor() {}

  /** What a client says of itself after AUTH PLAIN. */
  static String plain(String login, String password) {
    return Base64.getEncoder()
        .encodeToString(("\0" + login + "\0" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** The answer to AUTH: {@link #ALIVE} or {@link #DEAD}. */
  static int answer(InetSocketAddress server, String login, String password) {
    try (Socket socket = new Socket(server.getAddress(), server.getPort());
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
      reply(reader);
      say(socket, "EHLO localhost");
      reply(reader);
      say(socket, "AUTH PLAIN " + plain(login, password));
      return reply(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  private static int reply(BufferedReader reader) throws IOException {
    String line = reader.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      line = reader.readLine();
    }
    if (line == null) {
      throw new IOException("the smtp server closed the connection");
    }
    return Integer.parseInt(line.substring(0, 3));
  }
}
