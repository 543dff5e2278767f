package dev.postern.sidecar.config;

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
}
