package dev.postern.sidecar.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The few words by which an SMTP client comes to TLS (RFC 3207). */
final class StartTls {
  private static final int LONGEST_LINE = 1000;
  private static final int MOST_LINES = 100;
  private static final int READY = 220;
  private static final int OK = 250;

  private StartTls() {}

  /** Afterwards the server waits for the handshake. */
  static void ask(Socket socket) throws IOException {
    require(READY, socket.getInputStream());
    say(socket, "EHLO [127.0.0.1]");
    require(OK, socket.getInputStream());
    say(socket, "STARTTLS");
    require(READY, socket.getInputStream());
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Read byte by byte: what follows the last answer belongs to TLS. */
  private static void require(int code, InputStream in) throws IOException {
    for (int lines = 0; lines < MOST_LINES; lines++) {
      String line = line(in);
      if (!line.startsWith(Integer.toString(code))) {
        throw new IOException("the smtp server does not go on to TLS");
      }
      if (line.length() <= 3 || line.charAt(3) != '-') {
        return;
      }
    }
    throw new IOException("the smtp server's answer has no end");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    while (next >= 0 && next != '\n' && line.length() < LONGEST_LINE) {
      line.append((char) next);
      next = in.read();
    }
    return line.toString().stripTrailing();
  }
}
