package dev.postern.sidecar.socketmap;

import java.nio.charset.StandardCharsets;

/** What was read from a connection: a string, or what cannot be one. */
sealed interface Netstring {

  /** One whole string. */
  record Text(String text) implements Netstring {}

  /**
   * Nothing after this can be made sense of.
   *
   * @param why in words for whoever wrote the client
   */
  record Broken(String why) implements Netstring {}

  /** The text as it goes over the wire. */
  static byte[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String head = bytes.length + ":";
    byte[] whole = new byte[head.length() + bytes.length + 1];
    System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, whole, 0, head.length());
    System.arraycopy(bytes, 0, whole, head.length(), bytes.length);
    whole[whole.length - 1] = ',';
    return whole;
  }
}
