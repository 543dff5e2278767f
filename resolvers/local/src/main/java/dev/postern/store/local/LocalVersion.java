package dev.postern.store.local;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.StoredSecret;
import java.time.Instant;
import java.util.Optional;

/** One version as the file holds it. Owns its fields. */
record LocalVersion(
    long number, SecretFields fields, Optional<RotationId> rotation, Instant createdAt)
    implements AutoCloseable {

  Version version() {
    return new Version(Long.toString(number));
  }

  boolean madeBy(RotationId candidate) {
    return rotation.filter(candidate::equals).isPresent();
  }

  /** A deep copy for a caller, who closes it. */
  StoredSecret handOut() {
    return new StoredSecret(version(), fields.copy(), rotation, Optional.of(createdAt));
  }

  @Override
  public void close() {
    fields.close();
  }
}
