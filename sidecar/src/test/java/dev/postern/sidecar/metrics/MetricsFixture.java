package dev.postern.sidecar.metrics;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Receipt;
import dev.postern.sidecar.server.FakeCatalog;
import dev.postern.sidecar.server.FakeRotations;
import dev.postern.sidecar.server.TestClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Meters of one secret. */
final class MetricsFixture {
  static final SecretName SECRET = new SecretName("sending-key");

  final TestClock clock = new TestClock(Instant.parse("2026-01-02T03:04:05Z"));
  final FakeCatalog catalog =
      new FakeCatalog().define("sending-key", SecretKind.MAILGUN_SENDING_KEY, Map.of());
  final ConsumerRegistry consumers =
      new ConsumerRegistry(clock, consumer -> true, secret -> AckMode.FETCH);
  final PosternMetrics metrics = new PosternMetrics("0.1.0");
  final RotationMeters rotations;

  MetricsFixture() {
    metrics.secrets(catalog, consumers, clock);
    rotations = metrics.rotations(List.of(SECRET));
  }

  void publish(String version) {
    catalog.publish("sending-key", version, clock.instant(), Map.of("api_key", "k-" + version));
  }

  void fetch(String version) {
    consumers.fetched(SECRET, new Version(version), new Consumer(1000, 1000, 4711, "app"));
  }

  static Receipt receipt(String state) {
    return FakeRotations.receipt(SECRET, Cause.COMPROMISED, state);
  }
}
