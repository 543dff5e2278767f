package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * The socket from which Postfix looks SMTP logins up.
 *
 * @param path below Postfix's queue directory where its smtp client has a chroot
 * @param mode nine permission bits, none of them for the world
 * @param group the group's name or number; empty for the agent's own
 */
public record SocketmapConfig(Path path, int mode, Optional<String> group) {

  /** The mode as the file system's API wants it. */
  public Set<PosixFilePermission> permissions() {
    return SocketConfig.permissions(mode);
  }
}
