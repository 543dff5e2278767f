package dev.postern.sidecar.agent;

import dev.postern.SecretName;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.sidecar.config.AdminSocketConfig;
import dev.postern.sidecar.config.ConsumersConfig;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.config.SecretConfig;
import dev.postern.sidecar.config.SocketConfig;
import dev.postern.sidecar.config.SocketmapConfig;
import dev.postern.sidecar.files.SecretFiles;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.SocketServerConfig;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Who may do what, and how the sockets are made, out of the config. */
final class Access {
  private Access() {}

  static AccessPolicy policy(PosternConfig config) {
    int ownUid = AccessPolicy.uidOfThisProcess();
    Map<SecretName, List<AccessPolicy.Rule>> readers =
        config.secrets().values().stream()
            .collect(Collectors.toMap(SecretConfig::name, secret -> rules(secret.consumers())));
    return new AccessPolicy(readers, administrators(config.adminSocket(), ownUid), ownUid);
  }

  private static List<AccessPolicy.Rule> rules(ConsumersConfig consumers) {
    return consumers.allow().stream()
        .map(peer -> new AccessPolicy.Rule(peer.uid(), peer.gid()))
        .toList();
  }

  private static Set<Integer> administrators(AdminSocketConfig config, int ownUid) {
    return config.allow().<Set<Integer>>map(Set::copyOf).orElseGet(() -> defaults(ownUid));
  }

  private static Set<Integer> defaults(int ownUid) {
    return ownUid == 0 ? Set.of(0) : Set.of(0, ownUid);
  }

  /** Whether a consumer is still there. */
  static Predicate<Consumer> living(PosternConfig config) {
    Predicate<Consumer> kept = SecretFiles.keptBy(config);
    return consumer ->
        consumer.isFile() ? kept.test(consumer) : ConsumerRegistry.processRuns(consumer);
  }

  static AckMode ackMode(PosternConfig config, SecretName name) {
    return Optional.ofNullable(config.secrets().get(name)).orElseThrow().consumers().ack();
  }

  static SocketServerConfig socket(SocketConfig config) {
    return new SocketServerConfig(
        config.path(),
        config.permissions(),
        config.group(),
        Limits.standard()
            .withConnections(config.maxConnections(), config.maxConnectionsPerPeer())
            .withRequestsPerSecond(config.requestsPerSecond().orElse(0)));
  }

  /** As many connections and requests as the socket of local programs takes. */
  static SocketServerConfig socketmap(SocketmapConfig config, SocketConfig socket) {
    return new SocketServerConfig(
        config.path(), config.permissions(), config.group(), socket(socket).limits());
  }

  static SocketServerConfig adminSocket(AdminSocketConfig config) {
    return new SocketServerConfig(
        config.path(),
        PosixFilePermissions.fromString("rw-------"),
        Optional.empty(),
        Limits.standard());
  }
}
