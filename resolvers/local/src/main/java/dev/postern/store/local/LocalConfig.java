package dev.postern.store.local;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the embedded store lives.
 *
 * @param name the name that the config gives this store
 * @param file the age-encrypted file; a symbolic link is followed, and what it points to replaced
 * @param identity the file with the age identity that decrypts it, as {@code age-keygen} writes it
 * @param deadline how long a write waits for another process that is writing
 */
public record LocalConfig(String name, Path file, Path identity, Duration deadline) {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  public LocalConfig {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a store's name is not blank");
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("a store's deadline is longer than nothing");
    }
    file = file.toAbsolutePath();
    identity = identity.toAbsolutePath();
  }

  public LocalConfig(String name, Path file, Path identity) {
    this(name, file, identity, DEADLINE);
  }

  /** The command that makes the missing files; a part of many messages. */
  String initCommand() {
    return "postern local init";
  }
}
