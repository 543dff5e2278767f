package dev.postern.sidecar.agent;

import dev.postern.SecretKind;
import dev.postern.SecretKind.Succession;
import dev.postern.SecretName;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.rotation.RotationPolicy;
import dev.postern.rotation.RotationTarget;
import dev.postern.schedule.MaintenanceWindow;
import dev.postern.schedule.ScheduledSecret;
import dev.postern.serving.SecretDefinition;
import dev.postern.sidecar.config.IssuerConfig;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.config.RotationConfig;
import dev.postern.sidecar.config.SecretConfig;
import dev.postern.sidecar.config.WindowConfig;
import dev.postern.sidecar.metrics.CallMeters;
import dev.postern.sidecar.metrics.PosternMetrics;
import dev.postern.store.SecretStore;
import dev.postern.store.SourceStore;
import dev.postern.store.StoreException;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The stores and issuers that a config names, and what is read from and rotated with them. */
final class Backends implements AutoCloseable {
  private final Map<String, SecretStore> stores = new LinkedHashMap<>();
  private final Map<String, CredentialIssuer> issuers = new LinkedHashMap<>();
  private final Map<SecretName, SecretDefinition> definitions;
  private final List<RotationTarget> targets;

  /**
   * @throws StoreException when a store cannot be opened until a person has mended something; what
   *     was opened is closed again
   */
  Backends(PosternConfig config, TimeSource time, PosternMetrics metrics) {
    try {
      config
          .stores()
          .forEach(
              (name, store) ->
                  stores.put(
                      name,
                      new ObservedStore(
                          withNames(Stores.open(name, store), renamed(name, config)),
                          metrics.stores())));
      config
          .issuers()
          .forEach(
              (name, issuer) -> issuers.put(name, open(name, issuer, time, metrics.issuers())));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    definitions =
        config.secrets().values().stream()
            .map(secret -> definition(secret, config))
            .collect(Collectors.toMap(SecretDefinition::name, definition -> definition));
    targets =
        config.secrets().values().stream()
            .flatMap(secret -> target(secret, config).stream())
            .toList();
  }

  List<SecretDefinition> definitions() {
    return new ArrayList<>(definitions.values());
  }

  List<RotationTarget> targets() {
    return targets;
  }

  /** The secrets that this agent may rotate. */
  List<SecretName> rotatable() {
    return targets.stream().map(target -> target.secret().name()).toList();
  }

  /** What is rotated without anybody asking. */
  List<ScheduledSecret> scheduled(PosternConfig config) {
    return targets.stream().flatMap(target -> scheduled(target, config).stream()).toList();
  }

  private static Optional<ScheduledSecret> scheduled(RotationTarget target, PosternConfig config) {
    SecretConfig secret =
        Optional.ofNullable(config.secrets().get(target.secret().name())).orElseThrow();
    Optional<Duration> lifetime =
        secret
            .issuer()
            .map(config.issuers()::get)
            .flatMap(IssuerConfig::keyExpiration)
            .filter(life -> secret.kind().succession() == Succession.BESIDE);
    return secret
        .rotation()
        .maxAge()
        .map(
            age ->
                new ScheduledSecret(
                    secret.name(),
                    age,
                    secret
                        .rotation()
                        .window()
                        .<MaintenanceWindow>map(WindowConfig::window)
                        .orElse(MaintenanceWindow.ALWAYS),
                    lifetime,
                    target.secret().store().capabilities().minimumWriteInterval()));
  }

  private static Set<SourceStore.Renamed> renamed(String store, PosternConfig config) {
    return config.secrets().values().stream()
        .filter(secret -> secret.source().store().equals(store))
        .flatMap(secret -> secret.renamed().stream())
        .collect(Collectors.toSet());
  }

  private static SecretStore withNames(SecretStore store, Set<SourceStore.Renamed> renamed) {
    return renamed.isEmpty() ? store : new SourceStore(store, renamed);
  }

  private CredentialIssuer open(
      String name, IssuerConfig config, TimeSource time, CallMeters meters) {
    SecretStore keys = Optional.ofNullable(stores.get(config.adminKey().store())).orElseThrow();
    return Issuers.open(
        name,
        config,
        keys,
        time,
        (operation, outcome, took) ->
            meters.record(name, operation.label(), outcome.label(), took));
  }

  private SecretDefinition definition(SecretConfig secret, PosternConfig config) {
    return new SecretDefinition(
        secret.name(),
        secret.kind(),
        Optional.ofNullable(stores.get(secret.source().store())).orElseThrow(),
        secret.renamed().map(SourceStore.Renamed::alias).orElse(secret.source().path()),
        config.attributes(secret.name()),
        secret.refresh(),
        secret.maxStale());
  }

  private Optional<RotationTarget> target(SecretConfig secret, PosternConfig config) {
    if (secret.kind().succession() == SecretKind.Succession.NONE) {
      return Optional.empty();
    }
    SecretDefinition definition = Optional.ofNullable(definitions.get(secret.name())).orElseThrow();
    return secret
        .issuer()
        .map(issuers::get)
        .map(
            issuer ->
                new RotationTarget(
                    definition,
                    issuer,
                    new CredentialScope(
                        secret.kind(), secret.domain().orElse(""), secret.rotation().logins()),
                    policy(secret.rotation()),
                    isAuthority(secret, config)));
  }

  /** Whether the secret is the very key with which its issuer is called. */
  private static boolean isAuthority(SecretConfig secret, PosternConfig config) {
    return secret
        .issuer()
        .map(config.issuers()::get)
        .map(IssuerConfig::adminKey)
        .filter(
            key ->
                key.store().equals(secret.source().store())
                    && key.path().equals(secret.source().path()))
        .isPresent();
  }

  private static RotationPolicy policy(RotationConfig config) {
    return new RotationPolicy(
        config.deadline(),
        config.grace(),
        config.order(),
        config.withoutSuccessor(),
        config.watch());
  }

  @Override
  public void close() {
    issuers.values().forEach(CredentialIssuer::close);
    stores.values().forEach(SecretStore::close);
  }
}
