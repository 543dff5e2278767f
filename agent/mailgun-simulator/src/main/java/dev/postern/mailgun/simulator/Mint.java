package dev.postern.mailgun.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes secrets and ids in the vendor's formats, and the digests by which they are known again. */
final class Mint {
  private static final HexFormat HEX = HexFormat.of();

  private final SecureRandom random = new SecureRandom();

  String keySecret() {
    return hex(32) + "-" + hex(8) + "-" + hex(8);
  }

  /**
   * Has the form of a secret's tail, as in the vendor's examples, but is no part of it: that the
   * two are the same at the vendor is not confirmed, so nobody may come to rely on it here.
   */
  String keyId() {
    return hex(8) + "-" + hex(8);
  }

  String signingKey() {
    return "key-" + hex(32);
  }

  /** As long as the vendor allows. */
  String password() {
    return hex(32);
  }

  String recordId() {
    return hex(24);
  }

  static String digestOfKey(String secret) {
    return digest("key\0" + secret);
  }

  static String digestOfLogin(String address, String password) {
    return digest("login\0" + address + "\0" + password);
  }

  private String hex(int digits) {
    byte[] bytes = new byte[digits / 2];
    random.nextBytes(bytes);
    return HEX.formatHex(bytes);
  }

  private static String digest(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HEX.formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
