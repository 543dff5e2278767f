package dev.postern.sidecar.config;

/** What to do when the system does not let the agent lock the memory that holds secrets. */
public enum MemoryLock {
  /** Refuse to start. */
  REQUIRED,
  /** Warn once and go on. */
  PREFERRED
}
