package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The socket from which local programs read.
 *
 * @param mode nine permission bits, none of them for the world
 * @param group the group's name or number; empty for the agent's own
 */
public record SocketConfig(
    Path path,
    int mode,
    Optional<String> group,
    int maxConnections,
    int maxConnectionsPerPeer,
    OptionalInt requestsPerSecond) {

  public static final Path DEFAULT_PATH = Path.of("/run/postern/postern.sock");
  public static final int DEFAULT_MODE = 0660;
  public static final int DEFAULT_MAX_CONNECTIONS = 1024;
  public static final int DEFAULT_MAX_CONNECTIONS_PER_PEER = 256;

  /** The mode as the file system's API wants it. */
  public Set<PosixFilePermission> permissions() {
    return permissions(mode);
  }

  static Set<PosixFilePermission> permissions(int mode) {
    StringBuilder text = new StringBuilder();
    for (int bit = 8; bit >= 0; bit--) {
      text.append((mode & (1 << bit)) == 0 ? '-' : "xwr".charAt(bit % 3));
    }
    return PosixFilePermissions.fromString(text.toString());
  }
}
