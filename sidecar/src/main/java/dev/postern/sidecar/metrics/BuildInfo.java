package dev.postern.sidecar.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** Which agent this is. No record, because the registry hashes it: see SecretName. */
final class BuildInfo implements Collector {
  private final String version;
  private final String java;

  BuildInfo(String version, String java) {
    this.version = version;
    this.java = java;
  }

  @Override
  public MetricSnapshot collect() {
    return InfoSnapshot.builder()
        .name(MeterNames.BUILD_INFO)
        .help("Version of this agent and of the Java that runs it")
        .dataPoint(
            InfoSnapshot.InfoDataPointSnapshot.builder()
                .labels(Labels.of("version", version, "java", java))
                .build())
        .build();
  }
}
