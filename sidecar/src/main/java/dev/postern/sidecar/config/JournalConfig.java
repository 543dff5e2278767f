package dev.postern.sidecar.config;

import java.nio.file.Path;

/** Where the rotation journal is kept. */
public record JournalConfig(Path dir) {
  public static final JournalConfig DEFAULT = new JournalConfig(Path.of("/var/lib/postern"));
}
