package dev.postern.sidecar.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** Which agent this is. */
record BuildInfo(String version, String java) implements Collector {

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
