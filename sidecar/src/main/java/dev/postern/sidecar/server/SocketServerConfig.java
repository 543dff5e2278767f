package dev.postern.sidecar.server;

import dev.postern.sidecar.http.Limits;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * Where a socket is and who may connect to it.
 *
 * @param mode of the socket file, from its birth
 * @param group of the socket file, instead of the agent's own
 */
public record SocketServerConfig(
    Path path, Set<PosixFilePermission> mode, Optional<String> group, Limits limits) {

  public SocketServerConfig {
    mode = Set.copyOf(mode);
  }
}
