package dev.postern.store.vault;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which secrets engine of which Vault, and as whom.
 *
 * @param name the name that the config gives this store
 * @param address scheme, host and port, and a path where a proxy wants one
 * @param namespace of Vault Enterprise or OpenBao; both the login and the secrets are in it. An
 *     open-source Vault ignores it
 * @param timeout how long one call of the port may take, logins and all
 */
public record VaultConfig(
    String name,
    URI address,
    Optional<String> namespace,
    Engine engine,
    VaultAuth auth,
    Tls tls,
    Duration timeout) {

  public VaultConfig {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a store's name is not blank");
    }
    if (!"https".equals(address.getScheme()) && !"http".equals(address.getScheme())) {
      throw new IllegalArgumentException("a vault address is an http or https URL");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a store's timeout is longer than nothing");
    }
  }

  /**
   * A key-value secrets engine.
   *
   * @param mount where it is mounted, without slashes around it
   * @param version 2, or 1, which is read-only
   * @param pendingSuffix the last segment of the path where a successor waits, beside the secret
   */
  public record Engine(String mount, int version, String pendingSuffix) {
    public Engine {
      if (version != 1 && version != 2) {
        throw new IllegalArgumentException("a key-value engine has version 1 or 2");
      }
      new KvPath(mount);
      if (new KvPath(pendingSuffix).value().contains("/")) {
        throw new IllegalArgumentException("a pending suffix is one segment of a path");
      }
    }
  }

  /**
   * Files in PEM form, read again when they change.
   *
   * @param ca whom to trust instead of the JDK's authorities
   */
  public record Tls(Optional<Path> ca, Optional<ClientCertificate> client) {
    public static final Tls DEFAULT = new Tls(Optional.empty(), Optional.empty());
  }

  /**
   * @param certificate with its chain
   * @param key unencrypted PKCS #8
   */
  public record ClientCertificate(Path certificate, Path key) {}
}
