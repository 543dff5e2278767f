package dev.postern.sidecar.metrics;

import dev.postern.SecretName;
import dev.postern.rotation.RotationStanding;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What alerts on rotations are made of. Read from what the journal says, all at one look, so that
 * an agent that was restarted in the middle tells the same as before.
 */
record StandingMeters(List<SecretName> secrets, Supplier<List<RotationStanding>> standings)
    implements MultiCollector {

  @Override
  public MetricSnapshots collect() {
    Map<SecretName, RotationStanding> now =
        standings.get().stream().collect(Collectors.toMap(RotationStanding::secret, one -> one));
    return MetricSnapshots.of(
        gauge(
            MeterNames.ROTATION_DUE,
            "By when the running rotation shall take the old credential out of use; NaN while none"
                + " runs",
            now,
            standing -> seconds(standing.dueAt())),
        gauge(
            MeterNames.LEAK_DEADLINE,
            "By when the leaked credential was to be dead that is not proven dead; NaN without one",
            now,
            standing -> seconds(standing.unprovenLeakSince())),
        gauge(
            MeterNames.NEEDS_OPERATOR,
            "1 when the latest rotation ended because only a person can go on",
            now,
            standing -> Optional.of(standing.needsOperator() ? 1.0 : 0.0)));
  }

  private GaugeSnapshot gauge(
      String name,
      String help,
      Map<SecretName, RotationStanding> now,
      Function<RotationStanding, Optional<Double>> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (SecretName secret : secrets) {
      RotationStanding standing =
          now.getOrDefault(
              secret, new RotationStanding(secret, Optional.empty(), Optional.empty(), false));
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(Labels.of("secret", secret.value()))
              .value(value.apply(standing).orElse(Double.NaN))
              .build());
    }
    return gauge.build();
  }

  private static Optional<Double> seconds(Optional<Instant> at) {
    return at.map(time -> time.toEpochMilli() / 1000.0);
  }
}
