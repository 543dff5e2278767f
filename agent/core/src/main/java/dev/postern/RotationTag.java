package dev.postern;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The mark that Postern leaves at the provider on every credential it makes: {@code
 * postern/<installation>/<secret>/<rotation id>}. Recovery lists by it, so two installations on one
 * provider account never touch each other's credentials.
 */
public record RotationTag(String installation, SecretName secret, RotationId rotation) {
  private static final String PREFIX = "postern";
  private static final Pattern INSTALLATION =
      Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?");

  public RotationTag {
    if (!isLegalInstallation(installation)) {
      throw new IllegalArgumentException(
          "an installation name is 1 to 63 lower-case letters, digits, dots, dashes and underscores");
    }
  }

  public static boolean isLegalInstallation(String text) {
    return INSTALLATION.matcher(text).matches();
  }

  /** Reads a provider's description; empty when it was not written by any Postern. */
  public static Optional<RotationTag> parse(String description) {
    String[] parts = description.split("/", -1);
    if (parts.length != 4
        || !parts[0].equals(PREFIX)
        || !isLegalInstallation(parts[1])
        || !SecretName.isLegal(parts[2])) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RotationTag(parts[1], new SecretName(parts[2]), RotationId.parse(parts[3])));
    } catch (IllegalArgumentException notARotationId) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return PREFIX + "/" + installation + "/" + secret + "/" + rotation;
  }
}
