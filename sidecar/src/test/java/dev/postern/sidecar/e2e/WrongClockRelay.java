package dev.postern.sidecar.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands before an HTTP server, as if that server's clock were wrong. */
final class WrongClockRelay implements AutoCloseable {
  private static final Pattern DATE = Pattern.compile("(?i)date: ([^\r]+ GMT)");
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private final ServerSocket listener;
  private final URI server;
  private final Duration behind;

  private WrongClockRelay(ServerSocket listener, URI server, Duration behind) {
    this.listener = listener;
    this.server = server;
    this.behind = behind;
  }

  static WrongClockRelay before(URI server, Duration behind) {
    try {
      WrongClockRelay relay =
          new WrongClockRelay(
              new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server, behind);
      Thread.ofVirtual().start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket there = new Socket(server.getHost(), server.getPort());
        Thread.ofVirtual().start(() -> pump(client, there, false));
        Thread.ofVirtual().start(() -> pump(there, client, true));
      } catch (IOException closed) {
        return;
      }
    }
  }

  /** The other date is as long, and heads come in one piece from the servers of the tests. */
  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[64 << 10];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
        out.write((answers ? turnedBack(text) : text).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
    } catch (IOException gone) {
      // One of the two has hung up, and so the other is hung up on.
    }
  }

  private String turnedBack(String text) {
    Matcher date = DATE.matcher(text);
    if (!date.find()) {
      return text;
    }
    ZonedDateTime right = ZonedDateTime.parse(date.group(1), DateTimeFormatter.RFC_1123_DATE_TIME);
    String wrong = FORMAT.format(right.minus(behind).withZoneSameInstant(ZoneOffset.UTC));
    return text.substring(0, date.start(1)) + wrong + text.substring(date.end(1));
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
