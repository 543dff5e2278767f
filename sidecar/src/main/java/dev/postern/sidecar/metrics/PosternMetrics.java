package dev.postern.sidecar.metrics;

import dev.postern.SecretName;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.rotation.RotationStanding;
import dev.postern.serving.SecretCatalog;
import dev.postern.sidecar.files.SecretFiles;
import dev.postern.sidecar.http.RequestMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** All meters of the agent. Thread-safe. */
public final class PosternMetrics implements AutoCloseable {
  /** Of {@link #scrape()}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CallMeters stores;
  private final CallMeters issuers;
  private final SocketMeters socket;

  /**
   * @param version of this agent
   */
  public PosternMetrics(String version) {
    stores =
        new CallMeters(
            registry, MeterNames.STORE_REQUESTS, "store", "Time of calls to secret stores");
    issuers =
        new CallMeters(
            registry, MeterNames.ISSUER_REQUESTS, "issuer", "Time of calls to mail providers");
    socket = new SocketMeters(registry);
    registry.getPrometheusRegistry().register(new BuildInfo(version, Runtime.version().toString()));
  }

  /** Meters of what is served and who holds it; ended by {@link #close()}. */
  public void secrets(SecretCatalog catalog, ConsumerRegistry consumers, InstantSource time) {
    catalog
        .definitions()
        .forEach(
            definition ->
                new SecretMeters(registry, catalog, definition.name(), consumers, time).register());
    StoreMeters.register(registry, catalog);
    registry.getPrometheusRegistry().register(new SecretInfo(catalog));
    ChangeCounters.count(registry, catalog);
  }

  /** Meters of the files in which secrets are kept. */
  public void files(SecretFiles files) {
    FileMeters.register(registry, files);
  }

  /**
   * Meters of the rotations of these secrets: of those that this agent may rotate, so that a fleet
   * of readers does not export them.
   */
  public RotationMeters rotations(Collection<SecretName> secrets) {
    return new RotationMeters(registry, secrets);
  }

  /** Meters of the orphans that these issuers hold. */
  public OrphanMeters orphans(Collection<String> issuers) {
    return new OrphanMeters(registry, issuers);
  }

  /**
   * How these secrets stand with their rotations, asked for at each scrape. Of those that this
   * agent may rotate: an agent that only reads must not say that there is no leak.
   */
  public void standings(
      Collection<SecretName> secrets, Supplier<List<RotationStanding>> standings) {
    registry
        .getPrometheusRegistry()
        .register(new StandingMeters(secrets.stream().sorted().toList(), standings));
  }

  /** When each of these secrets is rotated on schedule. */
  public void schedule(
      List<SecretName> secrets, Function<SecretName, Optional<Instant>> nextRotation) {
    timestamps(
        MeterNames.NEXT_ROTATION,
        "When the secret is rotated on schedule; NaN while it is not to be",
        secrets,
        nextRotation);
  }

  /** When what is served of each of these secrets reaches its maximum age. */
  public void maxAges(List<SecretName> secrets, Function<SecretName, Optional<Instant>> oldAt) {
    timestamps(
        MeterNames.MAX_AGE_REACHED,
        "When the served version reaches, or reached, its maximum age; NaN while there is none",
        secrets,
        oldAt);
  }

  private void timestamps(
      String meter,
      String help,
      List<SecretName> secrets,
      Function<SecretName, Optional<Instant>> times) {
    for (SecretName secret : secrets) {
      Gauge.builder(
              meter,
              () -> times.apply(secret).map(at -> at.toEpochMilli() / 1000.0).orElse(Double.NaN))
          .description(help)
          .baseUnit("seconds")
          .tag("secret", secret.value())
          .register(registry);
    }
  }

  /** To be told of every call of a store. */
  public CallMeters stores() {
    return stores;
  }

  /** To be told of every call of an issuer. */
  public CallMeters issuers() {
    return issuers;
  }

  /** To be told of every answer on the sockets. */
  public RequestMetrics socket() {
    return socket;
  }

  /** All of it in Prometheus's text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
