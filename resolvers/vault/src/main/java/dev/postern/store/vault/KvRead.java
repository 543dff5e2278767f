package dev.postern.store.vault;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.store.StoredSecret;
import java.time.Instant;
import java.util.Optional;

/** What is at a path of a versioned engine. */
sealed interface KvRead extends AutoCloseable {

  /** Nothing, nor was there ever. */
  record Absent() implements KvRead {}

  /**
   * The version was deleted or destroyed, by hand or by {@code delete_version_after}.
   *
   * @param number of the deleted version
   */
  record Deleted(int number) implements KvRead {}

  /**
   * @param maker the rotation that wrote exactly this version
   */
  record Live(
      int number, SecretFields fields, Optional<RotationId> maker, Optional<Instant> createdAt)
      implements KvRead {

    boolean madeBy(RotationId rotation) {
      return maker.filter(rotation::equals).isPresent();
    }

    StoredSecret handOut(dev.postern.Version version) {
      return new StoredSecret(version, fields, maker, createdAt);
    }

    @Override
    public void close() {
      fields.close();
    }
  }

  /** What a check-and-set write has to name to come right after this. */
  default int successorOf() {
    return switch (this) {
      case Absent _ -> 0;
      case Deleted(int number) -> number;
      case Live live -> live.number();
    };
  }

  @Override
  default void close() {}
}
