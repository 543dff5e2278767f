package dev.postern.sidecar.doctor;

import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * The certificates that a server shows: trusted or not, for its name or another, and until when.
 *
 * <p>The handshake is let pass whatever they are, so that all of them can be judged. Nothing secret
 * is ever sent on such a connection.
 */
final class CertificateLook {
  static final Duration SOON = Duration.ofDays(21);
  private static final int MOST_NAMES = 4;
  private static final int DNS = 2;
  private static final int ADDRESS = 7;

  private final Endpoint endpoint;
  private final InstantSource clock;

  CertificateLook(Endpoint endpoint, InstantSource clock) {
    this.endpoint = endpoint;
    this.clock = clock;
  }

  Finding look() {
    ShownCertificates shown;
    try {
      shown = ShownCertificates.judgedBy(endpoint.ca());
    } catch (IOException | GeneralSecurityException e) {
      return Finding.fail(
          "the authorities cannot be read from "
              + endpoint.ca().map(String::valueOf).orElse("the JDK's trust store"),
          "name a readable PEM file with certificates");
    }
    try (Socket socket = EndpointChecks.connect(endpoint);
        SSLSocket tls = wrap(socket, shown)) {
      tls.startHandshake();
    } catch (IOException e) {
      // A server that wants a certificate of ours ends the handshake after it has shown its own.
      if (shown.chain().length == 0) {
        return Finding.fail(
            "no TLS at " + endpoint, "check the scheme and the port: it may speak without TLS");
      }
    }
    return judged(shown);
  }

  /** TLS on a connection to a server that is not trusted by this. */
  SSLSocket wrap(Socket socket) throws IOException {
    try {
      return wrap(socket, ShownCertificates.judgedBy(Optional.empty()));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private SSLSocket wrap(Socket socket, ShownCertificates shown) throws IOException {
    if (endpoint.startsPlain()) {
      StartTls.ask(socket);
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {shown}, null);
      SSLSocket tls =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(socket, endpoint.host(), endpoint.port(), true);
      SSLParameters parameters = tls.getSSLParameters();
      // Judged by the trust manager, which only takes note.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      return tls;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private Finding judged(ShownCertificates shown) {
    X509Certificate[] chain = shown.chain();
    Instant now = clock.instant();
    Instant begin =
        Arrays.stream(chain)
            .map(each -> each.getNotBefore().toInstant())
            .max(Instant::compareTo)
            .orElseThrow();
    Instant end =
        Arrays.stream(chain)
            .map(each -> each.getNotAfter().toInstant())
            .min(Instant::compareTo)
            .orElseThrow();
    if (now.isAfter(end) || now.isBefore(begin)) {
      return Finding.fail(
          now.isAfter(end)
              ? "a certificate of " + endpoint + " expired on " + day(end)
              : "a certificate of " + endpoint + " is not valid before " + day(begin),
          "renew it on the server; if the date looks right, set this machine's clock");
    }
    if (!shown.trusted()) {
      return Finding.fail(
          "the authority of %s is not trusted: %s".formatted(endpoint, issuer(chain)),
          endpoint.trustAdvice());
    }
    if (!shown.rightName()) {
      return Finding.fail(
          "the certificate of %s is for another name: %s".formatted(endpoint, names(chain[0])),
          "connect by a name that it has, or have one made for " + endpoint.host());
    }
    long days = Duration.between(now, end).toDays();
    String found = "trusted, for the right name, valid for %d more days".formatted(days);
    return Duration.between(now, end).compareTo(SOON) < 0
        ? Finding.warn(found, "renew it before " + day(end))
        : Finding.ok(found);
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  private static String issuer(X509Certificate[] chain) {
    return chain[chain.length - 1].getIssuerX500Principal().getName();
  }

  private static String names(X509Certificate certificate) {
    try {
      Collection<List<?>> all =
          Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of());
      List<String> names =
          all.stream()
              .filter(name -> name.get(0).equals(DNS) || name.get(0).equals(ADDRESS))
              .map(name -> String.valueOf(name.get(1)))
              .toList();
      Stream<String> more = names.size() > MOST_NAMES ? Stream.of("…") : Stream.empty();
      return String.join(", ", Stream.concat(names.stream().limit(MOST_NAMES), more).toList());
    } catch (CertificateParsingException e) {
      return "none that can be read";
    }
  }
}
