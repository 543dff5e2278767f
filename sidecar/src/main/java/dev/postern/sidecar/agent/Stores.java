package dev.postern.sidecar.agent;

import dev.postern.sidecar.config.StoreConfig;
import dev.postern.sidecar.config.StoreConfig.ConjurAuth;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.aws.AwsConfig;
import dev.postern.store.aws.AwsStoreFactory;
import dev.postern.store.conjur.ConjurConfig;
import dev.postern.store.conjur.ConjurLogin;
import dev.postern.store.conjur.ConjurLogin.KeySource;
import dev.postern.store.conjur.ConjurStoreFactory;
import dev.postern.store.env.EnvConfig;
import dev.postern.store.env.EnvStoreFactory;
import dev.postern.store.local.LocalConfig;
import dev.postern.store.local.LocalStoreFactory;
import dev.postern.store.vault.VaultConfig;
import dev.postern.store.vault.VaultStoreFactory;

/** Opens the stores of a config: what the config says, in each store's own words. */
final class Stores {
  private Stores() {}

  /**
   * The caller closes it. One that cannot be opened now, and may be later, is opened at a later
   * call.
   *
   * @throws StoreException when only a person can change that it cannot be opened
   */
  static SecretStore open(String name, StoreConfig config) {
    return LateStore.open(name, () -> openNow(name, config));
  }

  /**
   * The caller closes it.
   *
   * @throws StoreException when it cannot be opened now
   */
  static SecretStore openNow(String name, StoreConfig config) {
    return switch (config) {
      case StoreConfig.Local local ->
          LocalStoreFactory.open(new LocalConfig(name, local.file(), local.identity()));
      case StoreConfig.Env env -> EnvStoreFactory.open(new EnvConfig(name, System.getenv()));
      case StoreConfig.Aws aws -> AwsStoreFactory.open(aws(name, aws));
      case StoreConfig.Vault vault -> VaultStoreFactory.open(vault(name, vault));
      case StoreConfig.Conjur conjur -> ConjurStoreFactory.open(conjur(name, conjur));
    };
  }

  private static AwsConfig aws(String name, StoreConfig.Aws config) {
    return new AwsConfig(
        name,
        config.region(),
        config.profile(),
        config.endpoint(),
        config.role().map(role -> new AwsConfig.Role(role.arn(), role.externalId())),
        config.fips(),
        config.dualStack(),
        config.timeout());
  }

  private static VaultConfig vault(String name, StoreConfig.Vault config) {
    return new VaultConfig(
        name,
        config.address(),
        config.namespace(),
        config.engine(),
        config.auth(),
        config.tls(),
        config.timeout());
  }

  private static ConjurConfig conjur(String name, StoreConfig.Conjur config) {
    return new ConjurConfig(
        name,
        config.url(),
        config.account(),
        login(config.auth()),
        config.ca(),
        new ConjurConfig.Siblings(config.pendingSuffix(), config.flagSuffix()),
        config.timeout());
  }

  private static ConjurLogin login(ConjurAuth auth) {
    return switch (auth) {
      case ConjurAuth.ApiKeyFile key ->
          new ConjurLogin.ApiKey(key.login(), new KeySource.File(key.file()));
      case ConjurAuth.ApiKeyEnv key ->
          new ConjurLogin.ApiKey(key.login(), new KeySource.Variable(key.variable()));
      case ConjurAuth.Jwt jwt -> new ConjurLogin.Jwt(jwt.serviceId(), jwt.file());
    };
  }
}
