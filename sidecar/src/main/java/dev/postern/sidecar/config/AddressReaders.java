package dev.postern.sidecar.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Readers of names and addresses on the network. Never looks a name up. */
final class AddressReaders {
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?|::1");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
              + "(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");
  private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
  private static final Pattern ADDRESS = Pattern.compile("(?:\\[([^]]+)]|([^:]+)):([0-9]{1,5})");

  private AddressReaders() {}

  static Reading<URI> baseUrl(Value value) {
    return url(false).read(value);
  }

  /**
   * @param insecure whether http is accepted to anywhere
   */
  static ValueReader<URI> url(boolean insecure) {
    return value -> url(value, insecure);
  }

  private static Reading<URI> url(Value value, boolean insecure) {
    if (!value.isText()) {
      return value.expected("a URL such as https://api.example.com");
    }
    URI uri;
    try {
      uri = new URI(value.text().replaceFirst("/+$", ""));
    } catch (URISyntaxException e) {
      return value.expected("a URL such as https://api.example.com");
    }
    if (uri.getRawUserInfo() != null) {
      return Reading.refused("a user or password in a URL is not accepted; put it in a store");
    }
    if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      return value.expected("a URL of scheme, host, port and path only");
    }
    boolean plain = "http".equals(uri.getScheme());
    if (plain && !insecure && !isLoopback(uri.getHost())) {
      return Reading.refused(
          "http would send keys in the clear; use https (http only to loopback)");
    }
    if (!plain && !"https".equals(uri.getScheme())) {
      return value.expected("a URL that begins with https:// (or http:// to loopback)");
    }
    return Reading.of(uri);
  }

  static Reading<String> host(Value value) {
    return value.isText() && HOST.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("a host name or IP address");
  }

  static Reading<String> domain(Value value) {
    return value.isText() && DOMAIN.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("a domain name in lower case such as mg.example.com");
  }

  static Reading<String> field(Value value) {
    return value.isText() && FIELD.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("the name of a field such as api_key");
  }

  /** An address to listen on: a literal, for a name could resolve to more than was meant. */
  static Reading<ManagementConfig> listenAddress(Value value) {
    Matcher matcher = ADDRESS.matcher(value.text());
    if (value.isText() && matcher.matches()) {
      String host = Optional.ofNullable(matcher.group(1)).orElseGet(() -> matcher.group(2));
      int port = Integer.parseInt(matcher.group(3));
      String literal = host.equals("localhost") ? "127.0.0.1" : host;
      if (port <= 65535 && literal(literal).isPresent()) {
        return Reading.of(new ManagementConfig(literal, port));
      }
    }
    return value.expected("an IP address and port such as 127.0.0.1:9180 or [::1]:9180");
  }

  static boolean isLoopback(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return bare.equals("localhost")
        || literal(bare).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  static boolean isLiteral(String host) {
    return literal(host.startsWith("[") ? host.substring(1, host.length() - 1) : host).isPresent();
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException notALiteral) {
      return Optional.empty();
    }
  }
}
