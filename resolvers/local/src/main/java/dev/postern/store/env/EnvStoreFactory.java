package dev.postern.store.env;

import dev.postern.store.SecretStore;

/** Opens the environment as a read-only store. */
public final class EnvStoreFactory {
  private EnvStoreFactory() {}

  public static SecretStore open(EnvConfig config) {
    return new EnvStore(config.name(), config.environment());
  }
}
