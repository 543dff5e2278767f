package dev.postern.sidecar.config;

import dev.postern.store.vault.VaultAuth;
import dev.postern.store.vault.VaultConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A store, as the config describes it. */
public sealed interface StoreConfig {

  /** Whether a rotation can write a successor there. */
  boolean writable();

  /** The embedded store: one age-encrypted file, and the identity file that opens it. */
  record Local(Path file, Path identity) implements StoreConfig {
    @Override
    public boolean writable() {
      return true;
    }
  }

  /** A key-value engine of HashiCorp Vault or OpenBao; version 1 of it is read-only. */
  record Vault(
      URI address,
      Optional<String> namespace,
      VaultConfig.Engine engine,
      VaultAuth auth,
      VaultConfig.Tls tls,
      Duration timeout)
      implements StoreConfig {
    @Override
    public boolean writable() {
      return engine.version() == 2;
    }
  }

  /** AWS Secrets Manager; what is not here is up to the environment of the agent. */
  record Aws(
      Optional<String> region,
      Optional<String> profile,
      Optional<URI> endpoint,
      Optional<AwsRole> role,
      boolean fips,
      boolean dualStack,
      Duration timeout)
      implements StoreConfig {
    @Override
    public boolean writable() {
      return true;
    }
  }

  /** The role that the agent takes on, and what its owner wants to hear. */
  record AwsRole(String arn, Optional<String> externalId) {}

  /** The agent's own environment variables, read-only. */
  record Env() implements StoreConfig {
    @Override
    public boolean writable() {
      return false;
    }
  }

  /** CyberArk Conjur, with the variables that stand beside a secret's own. */
  record Conjur(
      URI url,
      String account,
      ConjurAuth auth,
      Optional<Path> ca,
      Optional<String> pendingSuffix,
      Optional<String> flagSuffix,
      Duration timeout)
      implements StoreConfig {
    @Override
    public boolean writable() {
      return true;
    }
  }

  /** How the agent logs in at Conjur; where its credential is, never what it is. */
  sealed interface ConjurAuth {
    record ApiKeyFile(String login, Path file) implements ConjurAuth {}

    record ApiKeyEnv(String login, String variable) implements ConjurAuth {}

    record Jwt(String serviceId, Path file) implements ConjurAuth {}
  }
}
