package dev.postern.store;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * One version of a secret as its store holds it. Whoever receives it closes it.
 *
 * @param rotation the rotation that made this version, where the store remembers it
 * @param createdAt when the store took this version in, where the store tells
 */
public record StoredSecret(
    Version version,
    SecretFields fields,
    Optional<RotationId> rotation,
    Optional<Instant> createdAt)
    implements AutoCloseable {

  @Override
  public void close() {
    fields.close();
  }
}
