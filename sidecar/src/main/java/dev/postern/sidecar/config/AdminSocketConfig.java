package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The socket from which rotations are asked for. Who may connect to it is one thing, by its mode
 * and group; who may ask is another, by the list, and takes both.
 *
 * @param mode nine permission bits, none of them for the world
 * @param group the group's name or number; empty for the agent's own
 * @param allow who may ask; empty for the agent's own user and root
 */
public record AdminSocketConfig(
    Path path, int mode, Optional<String> group, Optional<List<ConsumersConfig.Peer>> allow) {

  /** The file's name, beside the socket, when the config says nothing. */
  public static final String DEFAULT_NAME = "postern-admin.sock";

  public static final int DEFAULT_MODE = 0600;

  public AdminSocketConfig {
    allow = allow.map(List::copyOf);
  }

  /** The mode as the file system's API wants it. */
  public Set<PosixFilePermission> permissions() {
    return SocketConfig.permissions(mode);
  }
}
