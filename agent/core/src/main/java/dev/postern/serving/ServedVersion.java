package dev.postern.serving;

import dev.postern.SecretFields;
import dev.postern.SecretName;
import dev.postern.Version;
import java.time.Instant;

/**
 * One version of a secret as it is served.
 *
 * @param tainted whether this very version is known to be compromised
 * @param createdAt when the store took it in, or when this agent first saw it
 * @param fields the values that consumers are given. They are wiped when a newer version replaces
 *     this one, so whoever reads them copies at once, and on an {@link IllegalStateException} looks
 *     at the catalog again.
 */
public record ServedVersion(
    SecretName name, Version version, boolean tainted, Instant createdAt, SecretFields fields) {

  ServedVersion withTainted(boolean nowTainted) {
    return new ServedVersion(name, version, nowTainted, createdAt, fields);
  }
}
