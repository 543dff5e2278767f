package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which agent is asked, over its admin socket. */
final class AdminOptions extends AgentOptions {
  @Option(
      names = "--admin-socket",
      paramLabel = "PATH",
      description =
          "its admin socket (default: $$POSTERN_ADMIN_SOCKET or postern-admin.sock beside the socket)")
  private @Nullable Path adminSocket;

  AgentClient admin(Surroundings surroundings) {
    return admin(surroundings, PATIENCE);
  }

  /**
   * @param patience how long an answer may take
   */
  AgentClient admin(Surroundings surroundings, Duration patience) {
    return new AgentClient(
        Optional.ofNullable(adminSocket)
            .or(() -> surroundings.variable("POSTERN_ADMIN_SOCKET").map(Path::of))
            .orElseGet(() -> socket(surroundings).resolveSibling("postern-admin.sock")),
        patience);
  }
}
