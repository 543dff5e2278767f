package dev.postern.sidecar.agent;

import dev.postern.sidecar.config.StoreConfig;
import dev.postern.sidecar.config.StoreConfig.ConjurAuth;
import dev.postern.store.conjur.ConjurConfig;
import dev.postern.store.conjur.ConjurLogin;
import dev.postern.store.conjur.ConjurLogin.KeySource;

/** What the config says of a Conjur, in that store's own words. */
final class ConjurStores {
  private ConjurStores() {}

  static ConjurConfig config(String name, StoreConfig.Conjur config) {
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
