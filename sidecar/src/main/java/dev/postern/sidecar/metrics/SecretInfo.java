package dev.postern.sidecar.metrics;

import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServingState;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** Which version of each secret is served: a label that changes, so it is made at each scrape. */
// No record, because the registry hashes it: see SecretName.
final class SecretInfo implements Collector {
  private final SecretCatalog catalog;

  SecretInfo(SecretCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public MetricSnapshot collect() {
    InfoSnapshot.Builder info =
        InfoSnapshot.builder()
            .name(MeterNames.SECRET_INFO)
            .help(
                "The secret with its kind, its store and the version being served, empty if none");
    catalog
        .definitions()
        .forEach(
            definition ->
                info.dataPoint(
                    InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(
                            Labels.of(
                                "secret",
                                definition.name().value(),
                                "kind",
                                definition.kind().wireName(),
                                "store",
                                definition.store().name(),
                                "version",
                                version(definition)))
                        .build()));
    return info.build();
  }

  private String version(SecretDefinition definition) {
    return switch (catalog.state(definition.name())) {
      case ServingState.Empty empty -> "";
      case ServingState.Holding holding -> holding.served().version().id();
    };
  }
}
