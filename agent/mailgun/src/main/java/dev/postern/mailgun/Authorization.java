package dev.postern.mailgun;

import dev.postern.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** HTTP Basic with the user {@code api}, as Mailgun wants it. */
final class Authorization {
  private static final byte[] USER = "api:".getBytes(StandardCharsets.US_ASCII);

  private Authorization() {}

  /**
   * The header's value: a {@code String}, as the JDK's client takes nothing else. Not to be kept.
   */
  static String exposeHeader(SecretBytes key) {
    byte[] plain = new byte[USER.length + key.length()];
    ByteBuffer target = ByteBuffer.wrap(plain).put(USER);
    key.exposeTo(target);
    byte[] encoded = Base64.getEncoder().encode(plain);
    try {
      return "Basic " + new String(encoded, StandardCharsets.ISO_8859_1);
    } finally {
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(encoded, (byte) 0);
    }
  }
}
