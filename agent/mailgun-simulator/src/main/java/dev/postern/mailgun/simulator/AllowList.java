package dev.postern.mailgun.simulator;

import java.net.InetAddress;
import java.util.Set;
import java.util.regex.Pattern;

/** The account's list of addresses that may call; an empty one lets everybody in. */
final class AllowList {
  /** The JDK also reads {@code 1.2.3} as an address, which nobody means. */
  private static final Pattern WHOLE = Pattern.compile("[0-9]+(\\.[0-9]+){3}|.*:.*");

  private AllowList() {}

  /** An address, or a CIDR block. Never looks a name up. */
  static boolean isEntry(String text) {
    try {
      String[] parts = text.split("/", -1);
      int bits = InetAddress.ofLiteral(parts[0]).getAddress().length * 8;
      int prefix = parts.length == 1 ? bits : Integer.parseInt(parts[1]);
      return parts.length <= 2
          && WHOLE.matcher(parts[0]).matches()
          && prefix >= 0
          && prefix <= bits;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static boolean admits(Set<String> entries, String address) {
    byte[] caller = InetAddress.ofLiteral(address).getAddress();
    return entries.isEmpty() || entries.stream().anyMatch(entry -> covers(entry, caller));
  }

  private static boolean covers(String entry, byte[] caller) {
    String[] parts = entry.split("/", -1);
    byte[] network = InetAddress.ofLiteral(parts[0]).getAddress();
    if (network.length != caller.length) {
      return false;
    }
    int prefix = parts.length == 1 ? network.length * 8 : Integer.parseInt(parts[1]);
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((network[bit / 8] & mask) != (caller[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
