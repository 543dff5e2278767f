package dev.postern.store.vault;

import io.github.jopenlibs.vault.EnvironmentLoader;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Auth;
import io.github.jopenlibs.vault.rest.Rest;
import org.jspecify.annotations.Nullable;

/** Sets up the driver for one call of the port. */
final class Driver {
  private Driver() {}

  /**
   * Its logins, over this call's client. Not by way of its {@code Vault}, which prints a line about
   * the namespace each time.
   */
  static Auth auth(VaultConfig config, @Nullable String token, BoundedClient client) {
    try {
      io.github.jopenlibs.vault.VaultConfig settings =
          new io.github.jopenlibs.vault.VaultConfig()
              .environmentLoader(new Deaf())
              .address(address(config))
              .token(token)
              .engineVersion(1)
              .httpClient(client);
      if (config.namespace().isPresent()) {
        settings.nameSpace(config.namespace().get());
      }
      return new Auth(settings.build());
    } catch (VaultException e) {
      throw new IllegalStateException("the driver refuses its settings", e);
    }
  }

  /** A request to a path below {@code /v1/}. */
  static Rest request(VaultConfig config, String path, BoundedClient client) {
    Rest request =
        new Rest(client).url(address(config) + "/v1/" + path).header("X-Vault-Request", "true");
    config.namespace().ifPresent(name -> request.header("X-Vault-Namespace", name));
    return request;
  }

  static String address(VaultConfig config) {
    return config.address().toString().replaceFirst("/+$", "");
  }

  /** Left alone, the driver takes a token from the environment and from the home directory. */
  private static final class Deaf extends EnvironmentLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable String loadVariable(String name) {
      return null;
    }
  }
}
