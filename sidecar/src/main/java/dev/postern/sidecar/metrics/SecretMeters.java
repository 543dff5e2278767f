package dev.postern.sidecar.metrics;

import dev.postern.SecretName;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.consumer.Holding;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServingState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The gauges of one secret, each read from memory at the moment of the scrape. */
final class SecretMeters {
  private static final String STATE_HELP =
      "1 for what is true of the secret: primary (served), tainted (flagged compromised), stale"
          + " (not confirmed at the last look), expired (too old, refused)";

  private final MeterRegistry registry;
  private final SecretCatalog catalog;
  private final SecretName name;
  private final ConsumerRegistry consumers;
  private final InstantSource time;

  SecretMeters(
      MeterRegistry registry,
      SecretCatalog catalog,
      SecretName name,
      ConsumerRegistry consumers,
      InstantSource time) {
    this.registry = registry;
    this.catalog = catalog;
    this.name = name;
    this.consumers = consumers;
    this.time = time;
  }

  void register() {
    Tags secret = Tags.of("secret", name.value());
    gauge(
        MeterNames.SECRET_AGE,
        "Time since the served version was made, NaN if there is none",
        "seconds",
        secret,
        () -> seconds(holding -> holding.served().createdAt()));
    gauge(
        MeterNames.SECRET_STALENESS,
        "Time since the store confirmed the served version, NaN if there is none",
        "seconds",
        secret,
        () -> seconds(ServingState.Holding::confirmedAt));
    gauge(
        MeterNames.SECRET_MAX_STALE,
        "How long after the store's last confirmation the secret is refused",
        "seconds",
        secret,
        this::maxStale);
    state("primary", holding -> !expired(holding));
    state("tainted", holding -> holding.served().tainted());
    state("stale", ServingState.Holding::stale);
    state("expired", this::expired);
    String holders = "Living consumers by what they hold: the current version or a previous one";
    consumers(MeterNames.CONSUMERS, holders, secret.and("holds", "current"), this::isCurrent);
    consumers(
        MeterNames.CONSUMERS, holders, secret.and("holds", "previous"), held -> !isCurrent(held));
    consumers(
        MeterNames.CONSUMERS_LAGGING,
        "Living consumers that have not acknowledged the current version",
        secret,
        held -> !isCurrent(held) || !held.acknowledged());
  }

  private void state(String state, Predicate<ServingState.Holding> applies) {
    gauge(
        MeterNames.SECRET_STATE,
        STATE_HELP,
        null,
        Tags.of("secret", name.value(), "state", state),
        () ->
            catalog.state(name) instanceof ServingState.Holding holding && applies.test(holding)
                ? 1
                : 0);
  }

  private void consumers(String meter, String help, Tags tags, Predicate<Holding> counted) {
    gauge(
        meter,
        help,
        null,
        tags,
        () -> (int) consumers.holdings(name).stream().filter(counted).count());
  }

  private void gauge(
      String meter,
      String help,
      @org.jspecify.annotations.Nullable String unit,
      Tags tags,
      Supplier<Number> value) {
    Gauge.builder(meter, value).description(help).baseUnit(unit).tags(tags).register(registry);
  }

  private Number seconds(java.util.function.Function<ServingState.Holding, Instant> since) {
    return catalog.state(name) instanceof ServingState.Holding holding
        ? Math.max(0, Duration.between(since.apply(holding), time.instant()).toMillis() / 1000.0)
        : Double.NaN;
  }

  private Number maxStale() {
    return catalog
        .definition(name)
        .map(definition -> definition.maxStale().toMillis() / 1000.0)
        .orElse(Double.NaN);
  }

  private boolean expired(ServingState.Holding holding) {
    return catalog
        .definition(name)
        .map(SecretDefinition::maxStale)
        .filter(maxStale -> holding.expired(time.instant(), maxStale))
        .isPresent();
  }

  private boolean isCurrent(Holding held) {
    return catalog.state(name) instanceof ServingState.Holding holding
        && holding.served().version().equals(held.fetched());
  }
}
