package dev.postern.sidecar.socketmap;

import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A relay as Postfix asks for it: {@code host}, {@code [host]}, {@code host:port} or {@code
 * [host]:port}.
 *
 * @param host in lower case, without brackets
 */
record RelayKey(String host, OptionalInt port) {

  /** The key, or none when it is not a relay's: a sender's address, or a port that is a name. */
  static @Nullable RelayKey parse(String text) {
    if (text.isEmpty() || text.indexOf('@') >= 0) {
      return null;
    }
    String key = text.toLowerCase(Locale.ROOT);
    if (key.charAt(0) == '[') {
      int end = key.indexOf(']');
      return end < 0 ? null : of(key.substring(1, end), key.substring(end + 1));
    }
    int colon = key.indexOf(':');
    // More than one colon is an IPv6 address, which has a port in brackets only.
    return colon < 0 || colon != key.lastIndexOf(':')
        ? of(key, "")
        : of(key.substring(0, colon), key.substring(colon));
  }

  private static @Nullable RelayKey of(String name, String rest) {
    String host = name.startsWith("ipv6:") ? name.substring("ipv6:".length()) : name;
    if (rest.isEmpty()) {
      return new RelayKey(host, OptionalInt.empty());
    }
    return rest.matches(":[0-9]{1,5}")
        ? new RelayKey(host, OptionalInt.of(Integer.parseInt(rest.substring(1))))
        : null;
  }

  /** Whether a login for this server is meant. A key without a port means any. */
  boolean means(String serverHost, String serverPort) {
    return host.equals(serverHost.toLowerCase(Locale.ROOT))
        && (port.isEmpty() || serverPort.equals(Integer.toString(port.getAsInt())));
  }
}
