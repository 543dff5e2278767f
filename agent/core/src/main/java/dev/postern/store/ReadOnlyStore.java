package dev.postern.store;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;

/** A store that is read and never written: every write is refused with the store's own advice. */
public interface ReadOnlyStore extends SecretStore {

  /**
   * Why this path cannot be written, and where it can be changed instead.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  StoreException.Unsupported readOnly(SecretPath path);

  @Override
  default StoreCapabilities capabilities() {
    return StoreCapabilities.readOnly();
  }

  @Override
  default Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    throw readOnly(path);
  }

  @Override
  default Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    throw readOnly(path);
  }

  @Override
  default void dropPending(SecretPath path, RotationId rotation) {
    throw readOnly(path);
  }

  @Override
  default void flagCompromised(SecretPath path, CompromiseFlag flag) {
    throw readOnly(path);
  }

  @Override
  default void unflagCompromised(SecretPath path) {
    throw readOnly(path);
  }
}
