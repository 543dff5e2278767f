package dev.postern.sidecar.doctor;

import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How far a server's clock is from ours, by the {@code Date} of an answer. The request carries no
 * credential, and what is answered does not matter.
 */
final class ClockLook {
  static final Duration NOTICED = Duration.ofSeconds(30);

  /** Beyond this AWS refuses signatures; of the tokens of the others some end too soon. */
  static final Duration HARMFUL = Duration.ofMinutes(5);

  private static final int LONGEST_HEAD = 32 << 10;
  private static final String HEADER = "date:";

  private final Endpoint endpoint;
  private final InstantSource clock;

  ClockLook(Endpoint endpoint, InstantSource clock) {
    this.endpoint = endpoint;
    this.clock = clock;
  }

  Finding look() {
    try (Socket socket = EndpointChecks.connect(endpoint);
        Socket talk =
            endpoint.encrypted() ? new CertificateLook(endpoint, clock).wrap(socket) : socket) {
      Instant before = clock.instant();
      talk.getOutputStream().write(request().getBytes(StandardCharsets.US_ASCII));
      talk.getOutputStream().flush();
      String head = head(talk.getInputStream());
      Duration took = Duration.between(before, clock.instant());
      return date(head)
          .map(theirs -> judged(theirs, before.plus(took.dividedBy(2)), took))
          .orElseGet(() -> Finding.skipped("not checked: its answers carry no date", ""));
    } catch (IOException e) {
      return Finding.skipped("not checked: it gives no answer without a credential", "");
    }
  }

  /**
   * Dates are cut to seconds: half of one either way, and of the time on the way, is not counted.
   */
  private Finding judged(Instant theirs, Instant ours, Duration took) {
    Duration ahead = Duration.between(theirs.plusMillis(500), ours);
    Duration off =
        ahead.abs().minus(took.dividedBy(2)).minus(Duration.ofMillis(500)).isPositive()
            ? ahead.abs()
            : Duration.ZERO;
    if (off.compareTo(NOTICED) <= 0) {
      return Finding.ok("our clock agrees with the server's within " + seconds(NOTICED));
    }
    String found =
        "our clock is %s %s the server's"
            .formatted(seconds(off), ahead.isPositive() ? "ahead of" : "behind");
    String advice = "set the clock of this machine, or the server's: " + endpoint.clockMatters();
    return off.compareTo(HARMFUL) > 0 ? Finding.fail(found, advice) : Finding.warn(found, advice);
  }

  private static String seconds(Duration time) {
    return time.toSeconds() + " s";
  }

  private String request() {
    String path = Optional.ofNullable(endpoint.address().getRawPath()).orElse("");
    return "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: postern\r\nConnection: close\r\n\r\n"
        .formatted(path.endsWith("/") ? path : path + "/", hostHeader());
  }

  private String hostHeader() {
    String host = endpoint.address().getHost();
    int port = endpoint.address().getPort();
    return port < 0 ? host : host + ":" + port;
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int next;
    while (head.length() < LONGEST_HEAD && (next = in.read()) >= 0) {
      head.append((char) next);
      if (next == '\n' && head.length() > 3 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
        break;
      }
    }
    return head.toString();
  }

  private static Optional<Instant> date(String head) {
    return head.lines()
        .filter(line -> line.regionMatches(true, 0, HEADER, 0, HEADER.length()))
        .findFirst()
        .flatMap(line -> parsed(line.substring(HEADER.length()).strip()));
  }

  private static Optional<Instant> parsed(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
