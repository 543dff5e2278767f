package dev.postern.mailgun.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLContext;

/** A client of SMTP that sends a line and reads a reply. */
final class SmtpSession implements AutoCloseable {
  private Socket socket;
  private BufferedReader reader;

  SmtpSession(InetSocketAddress address) throws IOException {
    socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    reader = reader();
    reply();
    say("EHLO localhost");
  }

  /** Sends a line and gives the last line of the reply; empty when the connection was closed. */
  String say(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    return reply();
  }

  String plain(String login, String password) throws IOException {
    return say("AUTH PLAIN " + base64("\0" + login + "\0" + password));
  }

  String login(String login, String password) throws IOException {
    say("AUTH LOGIN");
    say(base64(login));
    return say(base64(password));
  }

  String startTls(SSLContext context) throws IOException {
    String reply = say("STARTTLS");
    socket = context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    reader = reader();
    return reply;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private String reply() throws IOException {
    String line = reader.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      line = reader.readLine();
    }
    return line == null ? "" : line;
  }

  private BufferedReader reader() throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
