package dev.postern.sidecar.config;

import java.nio.file.Path;

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

  /** The agent's own environment variables, read-only. */
  record Env() implements StoreConfig {
    @Override
    public boolean writable() {
      return false;
    }
  }
}
