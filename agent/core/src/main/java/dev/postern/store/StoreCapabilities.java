package dev.postern.store;

import java.time.Duration;

/**
 * What a store can do beyond reading.
 *
 * @param writable whether a rotation can put a successor there
 * @param staging whether {@link SecretStore#stage} keeps a pending version; a store without it has
 *     its successor tested before it is stored
 * @param compareAndSet whether {@link SecretStore#promote} refuses to overwrite a version it was
 *     not told of; without it the caller must hold a lock
 * @param flags whether a compromise flag can be written and read
 * @param previousVersions how many versions before the current one can still be read, at least
 * @param minimumWriteInterval how far apart writes to one secret are to be in the long run, so that
 *     scheduled rotations keep to it; zero when it does not matter
 */
public record StoreCapabilities(
    boolean writable,
    boolean staging,
    boolean compareAndSet,
    boolean flags,
    int previousVersions,
    Duration minimumWriteInterval) {

  /** Those of a store that may be written as often as one likes. */
  public StoreCapabilities(
      boolean writable,
      boolean staging,
      boolean compareAndSet,
      boolean flags,
      int previousVersions) {
    this(writable, staging, compareAndSet, flags, previousVersions, Duration.ZERO);
  }

  public static StoreCapabilities readOnly() {
    return new StoreCapabilities(false, false, false, false, 0);
  }
}
