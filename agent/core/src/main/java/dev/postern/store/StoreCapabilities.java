package dev.postern.store;

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
 */
public record StoreCapabilities(
    boolean writable, boolean staging, boolean compareAndSet, boolean flags, int previousVersions) {

  public static StoreCapabilities readOnly() {
    return new StoreCapabilities(false, false, false, false, 0);
  }
}
