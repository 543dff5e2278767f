package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which agent is asked. */
sealed class AgentOptions permits AdminOptions {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path DEFAULT_SOCKET = Path.of("/run/postern/postern.sock");

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "the agent's socket (default: $$POSTERN_SOCKET or /run/postern/postern.sock)")
  private @Nullable Path socket;

  /** A client of the socket that programs use. */
  final AgentClient client(Surroundings surroundings) {
    return new AgentClient(socket(surroundings), PATIENCE);
  }

  final Path socket(Surroundings surroundings) {
    return Optional.ofNullable(socket)
        .or(() -> surroundings.variable("POSTERN_SOCKET").map(Path::of))
        .orElse(DEFAULT_SOCKET);
  }
}
