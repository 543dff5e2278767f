package dev.postern.checkup;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A server that a backend talks to, so that its name, its certificate and its clock can be looked
 * at in one and the same way for all.
 *
 * @param address of the scheme {@code http}, {@code https}, {@code smtp} (with STARTTLS) or {@code
 *     smtps}; without user info
 * @param ca a PEM file of the authorities that are trusted instead of the JDK's
 * @param trustAdvice what to set so that another authority is trusted
 * @param clockMatters why the server's clock and ours must agree; empty when they need not
 */
public record Endpoint(URI address, Optional<Path> ca, String trustAdvice, String clockMatters) {
  private static final Map<String, Integer> PORTS =
      Map.of("http", 80, "https", 443, "smtp", 587, "smtps", 465);

  public Endpoint {
    if (!PORTS.containsKey(scheme(address)) || address.getHost() == null) {
      throw new IllegalArgumentException("an endpoint is an http, https, smtp or smtps URL");
    }
  }

  /** Without the brackets of an IPv6 address. */
  public String host() {
    String host = address.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  public int port() {
    return address.getPort() >= 0 ? address.getPort() : PORTS.getOrDefault(scheme(address), 0);
  }

  public boolean speaksHttp() {
    return scheme(address).startsWith("http");
  }

  /** Whether TLS is spoken at all, from the first byte or after STARTTLS. */
  public boolean encrypted() {
    return !scheme(address).equals("http");
  }

  public boolean startsPlain() {
    return scheme(address).equals("smtp");
  }

  /** Case does not matter in a scheme. */
  private static String scheme(URI address) {
    return String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return host() + ":" + port();
  }
}
