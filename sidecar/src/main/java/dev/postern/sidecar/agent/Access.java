package dev.postern.sidecar.agent;

import dev.postern.SecretName;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.linux.SystemGroups;
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
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Who may do what, and how the sockets are made, out of the config. */
final class Access {
  private Access() {}

  static AccessPolicy policy(PosternConfig config) {
    int ownUid = AccessPolicy.uidOfThisProcess();
    Map<SecretName, List<AccessPolicy.Rule>> readers =
        config.secrets().values().stream()
            .collect(
                Collectors.toMap(
                    SecretConfig::name,
                    secret -> rules(secret.consumers().allow(), "secret " + secret.name())));
    List<AccessPolicy.Rule> administrators =
        config
            .adminSocket()
            .allow()
            .map(allow -> rules(allow, "the admin socket"))
            .orElseGet(() -> List.of(AccessPolicy.Rule.ofUid(0), AccessPolicy.Rule.ofUid(ownUid)));
    return new AccessPolicy(readers, administrators, ownUid);
  }

  private static List<AccessPolicy.Rule> rules(List<ConsumersConfig.Peer> allow, String whose) {
    return allow.stream().map(peer -> rule(peer, whose)).toList();
  }

  private static AccessPolicy.Rule rule(ConsumersConfig.Peer peer, String whose) {
    return peer.group()
        .map(name -> new AccessPolicy.Rule(peer.uid(), OptionalInt.of(numberOf(name, whose)), name))
        .orElseGet(() -> new AccessPolicy.Rule(peer.uid(), peer.gid(), ""));
  }

  /** The config's reader knew the name; but the machine may be another one, or have changed. */
  private static int numberOf(String group, String whose) {
    String allowed = "group " + group + ", which the allow list of " + whose + " names, ";
    try {
      return SystemGroups.numberOf(group)
          .orElseThrow(
              () ->
                  new AgentException(
                      allowed + "is not known on this machine: add it, or give its number as gid"));
    } catch (IOException e) {
      throw new AgentException(
          allowed + "cannot be looked up (" + e.getMessage() + "): give its number as gid");
    }
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
        config.path(), config.permissions(), config.group(), Limits.standard());
  }
}
