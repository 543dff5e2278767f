package dev.postern.store.vault;

import dev.postern.SecretBytes;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Logs in by the configured method, by the driver's calls. Files are read at each login. */
final class VaultLogin implements TokenSource {
  private final VaultConfig config;
  private final VaultAuth.@Nullable AppRole appRole;
  private final @Nullable WrappedSecretId wrapped;
  private final VaultAuth auth;

  VaultLogin(VaultConfig config, VaultAuth auth) {
    this.config = config;
    this.auth = auth;
    this.appRole = auth instanceof VaultAuth.AppRole role ? role : null;
    this.wrapped =
        appRole != null && appRole.wrapped()
            ? new WrappedSecretId(config, appRole.secretIdFile())
            : null;
  }

  @Override
  public Grant obtain(BoundedClient client) {
    return switch (auth) {
      case VaultAuth.AppRole role -> byAppRole(role, client);
      case VaultAuth.SignedToken signed -> bySignedToken(signed, client);
      case VaultAuth.Token _ -> throw new IllegalStateException("a given token is no login");
    };
  }

  @Override
  public Optional<Duration> renew(String token, BoundedClient client) {
    return Renewal.of(config, token, client);
  }

  /** A credential that changed does not end the token that came of the last one. */
  @Override
  public boolean changed() {
    return false;
  }

  @Override
  public boolean mayGiveAnother() {
    return true;
  }

  @Override
  public void close() {
    if (wrapped != null) {
      wrapped.close();
    }
  }

  private Grant byAppRole(VaultAuth.AppRole role, BoundedClient client) {
    String roleId =
        switch (role.roleId()) {
          case VaultAuth.RoleId.Named(String id) -> id;
          case VaultAuth.RoleId.InFile(Path file) -> text(file);
        };
    String secretId;
    if (wrapped == null) {
      secretId = text(role.secretIdFile());
    } else {
      secretId = wrapped.expose(client);
    }
    return granted(
        role.mount(),
        "the role id or the secret id is wrong, expired or used up, or not for this address",
        client,
        () -> Driver.auth(config, null, client).loginByAppRole(role.mount(), roleId, secretId));
  }

  /** Kubernetes and JWT take the same request. */
  private Grant bySignedToken(VaultAuth.SignedToken signed, BoundedClient client) {
    String jwt = text(signed.file());
    return granted(
        signed.mount(),
        "the signed token is expired, or its issuer, audience or subject is not what role "
            + signed.role().map(role -> "'" + role + "'").orElse("(the default)")
            + " asks for",
        client,
        () ->
            Driver.auth(config, null, client)
                .loginByJwt(signed.mount(), signed.role().orElse(null), jwt));
  }

  /** A call of the driver. */
  @FunctionalInterface
  private interface Login {
    AuthResponse send() throws VaultException;
  }

  private Grant granted(String mount, String refusal, BoundedClient client, Login login) {
    String what = "logging in at auth/%s for store %s".formatted(mount, config.name());
    try {
      AuthResponse answer = login.send();
      String token = answer.getAuthClientToken();
      if (token == null || token.isEmpty()) {
        throw VaultErrors.notUnderstood(what, answer.getRestResponse().getStatus());
      }
      return new Grant(
          SecretBytes.ofUtf8(token),
          Duration.ofSeconds(Math.max(0, answer.getAuthLeaseDuration())),
          answer.isAuthRenewable());
    } catch (VaultException e) {
      throw DriverErrors.translate(e, what, client, refusal + "; check also that it is mounted");
    }
  }

  private String text(Path file) {
    try (SecretBytes credential = CredentialFile.read(config.name(), file)) {
      return credential.exposeUtf8();
    }
  }
}
