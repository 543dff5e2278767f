package dev.postern;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The store's own identifier of one version of a secret: {@code 7} in Vault, a UUID in AWS, {@code
 * 3} in the local store. Opaque, the same in every agent of a fleet, never derived from the value.
 */
public record Version(String id) {
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._:+/=-]{1,128}");

  public Version {
    if (!LEGAL.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "a version is 1 to 128 letters, digits and . _ : + / = - characters");
    }
  }

  // See SecretName about a record's own.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Version version && id.equals(version.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }
}
