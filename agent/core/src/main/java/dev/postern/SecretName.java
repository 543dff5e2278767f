package dev.postern;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name by which the config and local programs know a secret, such as {@code sending-key}. */
public record SecretName(String value) implements Comparable<SecretName> {
  private static final Pattern LEGAL = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?");

  public SecretName {
    if (!isLegal(value)) {
      throw new IllegalArgumentException(
          "a secret name is 1 to 63 lower-case letters, digits, dots, dashes and underscores,"
              + " and starts and ends with a letter or digit");
    }
  }

  public static boolean isLegal(String value) {
    return LEGAL.matcher(value).matches();
  }

  @Override
  public int compareTo(SecretName other) {
    return value.compareTo(other.value);
  }

  // A record's own equals and hashCode are linked at their first use: 10 ms of each start, which no
  // cache keeps.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretName name && value.equals(name.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
