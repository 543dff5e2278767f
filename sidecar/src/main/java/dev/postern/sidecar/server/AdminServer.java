package dev.postern.sidecar.server;

import dev.postern.SecretName;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.consumer.Holding;
import dev.postern.rotation.RotationService;
import dev.postern.serving.RefreshOutcome;
import dev.postern.serving.SecretCatalog;
import dev.postern.sidecar.files.FileState;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.ListenException;
import dev.postern.sidecar.http.Reception;
import dev.postern.sidecar.http.RequestMetrics;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The socket for administration. Serves from its start until it is closed. */
public final class AdminServer implements AutoCloseable {

  /**
   * What it administers.
   *
   * @param refresh asks a secret's store now; blocks
   * @param facts what {@code status} says of the agent itself
   * @param nextRotation when a secret is rotated on schedule, if it is
   * @param files how it stands with the files in which a secret is kept
   * @param elsewhere what other agents hold of a secret
   */
  public record Services(
      SecretCatalog catalog,
      AccessPolicy policy,
      ConsumerRegistry consumers,
      RotationService rotations,
      InstantSource time,
      RequestMetrics metrics,
      Function<SecretName, RefreshOutcome> refresh,
      AgentFacts facts,
      Function<SecretName, Optional<Instant>> nextRotation,
      Function<SecretName, List<FileState>> files,
      Function<SecretName, List<Holding>> elsewhere) {

    /** Of an agent alone that rotates nothing on schedule and keeps no files. */
    public Services(
        SecretCatalog catalog,
        AccessPolicy policy,
        ConsumerRegistry consumers,
        RotationService rotations,
        InstantSource time,
        RequestMetrics metrics,
        Function<SecretName, RefreshOutcome> refresh,
        AgentFacts facts) {
      this(
          catalog,
          policy,
          consumers,
          rotations,
          time,
          metrics,
          refresh,
          facts,
          secret -> Optional.empty(),
          secret -> List.of(),
          secret -> List.of());
    }
  }

  /**
   * What does not change while the agent runs.
   *
   * @param journal where rotations are recorded, in words for an operator
   * @param issuers by the secrets that have one
   */
  public record AgentFacts(
      String version, String installation, String journal, Map<SecretName, String> issuers) {
    public AgentFacts {
      issuers = Map.copyOf(issuers);
    }
  }

  private final UnixSocket socket;

  private AdminServer(IoLoop loop, SocketServerConfig config, Services services) {
    AdminRequests requests = new AdminRequests(services);
    socket =
        UnixSocket.open(
            loop,
            config,
            new Reception(config.limits(), services.policy().credentials(), services.metrics()),
            peer -> new AdminHandler(requests, services.policy()));
  }

  /**
   * Opens the socket.
   *
   * @throws ListenException when it cannot be opened; the message says what to do
   */
  public static AdminServer start(IoLoop loop, SocketServerConfig config, Services services) {
    return new AdminServer(loop, config, services);
  }

  public Path path() {
    return socket.path();
  }

  @Override
  public void close() {
    socket.close();
  }
}
