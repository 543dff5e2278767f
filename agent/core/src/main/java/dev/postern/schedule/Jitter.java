package dev.postern.schedule;

import dev.postern.SecretName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/**
 * By how much earlier than its maximum age a secret is rotated: up to a tenth of it, so that
 * secrets made on one day are not replaced at one minute. Derived from the names, so that neither a
 * restart nor another agent rolls it again.
 */
final class Jitter {
  private static final int MOST_PERCENT = 10;

  private Jitter() {}

  static Duration of(String installation, SecretName secret, Duration maxAge) {
    long most = maxAge.toMillis() / 100 * MOST_PERCENT;
    return Duration.ofMillis((long) (most * fraction(installation + "\n" + secret)));
  }

  private static double fraction(String names) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(names.getBytes(StandardCharsets.UTF_8));
      return (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1.0p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
