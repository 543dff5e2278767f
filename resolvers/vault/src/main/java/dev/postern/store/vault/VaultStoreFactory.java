package dev.postern.store.vault;

import dev.postern.store.SecretStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Opens stores on Vault. */
public final class VaultStoreFactory {
  private VaultStoreFactory() {}

  /**
   * Calls nobody yet and reads no file: the first call of the store logs in. So the agent starts
   * while Vault is down.
   */
  public static SecretStore open(VaultConfig config) {
    return open(config, InstantSource.system(), new SecureRandom(), System.getenv());
  }

  static SecretStore open(
      VaultConfig config,
      InstantSource clock,
      RandomGenerator random,
      Map<String, String> environment) {
    TokenSource tokens =
        config.auth() instanceof VaultAuth.Token given
            ? new GivenToken(config, given, environment)
            : new VaultLogin(config, config.auth());
    VaultConnection connection =
        new VaultConnection(config, new VaultSession(config.name(), tokens, clock, random));
    return config.engine().version() == 1
        ? new KvV1Store(config, connection)
        : new KvV2Store(config, connection, clock);
  }
}
