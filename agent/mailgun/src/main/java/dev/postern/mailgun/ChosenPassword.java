package dev.postern.mailgun;

import dev.postern.SecretBytes;
import java.security.SecureRandom;

/**
 * Passwords that we choose: as long as Mailgun allows, of letters and digits only, and a letter
 * first, so that no URL, YAML file, shell or SASL library takes any of it for something else. 190
 * bits.
 */
final class ChosenPassword {
  private static final int LENGTH = 32;
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String ALPHABET = LETTERS + "0123456789";

  /** Made at the first use: a seed taken at class loading would end up in an image of the heap. */
  private static final class Source {
    private static final SecureRandom RANDOM = new SecureRandom();
  }

  private ChosenPassword() {}

  /** The caller closes it. */
  static SecretBytes random() {
    byte[] password = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      String from = i == 0 ? LETTERS : ALPHABET;
      password[i] = (byte) from.charAt(Source.RANDOM.nextInt(from.length()));
    }
    return SecretBytes.takeOwnershipOf(password);
  }
}
