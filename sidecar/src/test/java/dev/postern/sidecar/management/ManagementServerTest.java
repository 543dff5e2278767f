package dev.postern.sidecar.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.serving.StoreCondition;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.ListenException;
import dev.postern.sidecar.metrics.PosternMetrics;
import dev.postern.sidecar.server.FakeCatalog;
import dev.postern.sidecar.server.RawClient;
import dev.postern.sidecar.server.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
  private final TestClock clock = new TestClock(Instant.parse("2026-01-02T03:04:05Z"));
  private final FakeCatalog catalog =
      new FakeCatalog()
          .define("one", SecretKind.STATIC, Map.of())
          .define("two", SecretKind.STATIC, Map.of());
  private final Set<SecretName> missing = ConcurrentHashMap.newKeySet();
  private final IoLoop loop = IoLoop.start();
  private final PosternMetrics metrics = new PosternMetrics("0.1.0");
  private final ManagementServer server = start(0);

  private ManagementServer start(int port) {
    return ManagementServer.start(
        loop,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        metrics,
        new HealthReport(catalog, clock, secret -> !missing.contains(secret)));
  }

  @AfterEach
  void close() {
    server.close();
    loop.close();
    metrics.close();
  }

  private RawClient.Answer get(String target) {
    try (RawClient client = RawClient.connect(server.address())) {
      return client.get(target);
    }
  }

  private void publish(String name) {
    catalog.publish(name, "1", clock.instant(), Map.of("value", "hidden-canary"));
  }

  @Test
  void readyOnlyWhenEveryFileHoldsItsSecret() throws IOException {
    publish("one");
    publish("two");
    missing.add(new SecretName("two"));
    RawClient.Answer half = get("/health/ready");
    assertThat(half.status()).isEqualTo(503);
    assertThat(JSON.std.mapFrom(half.body()))
        .isEqualTo(
            Map.of("status", "down", "secrets", Map.of("one", "fresh", "two", "files-missing")));

    missing.clear();
    assertThat(get("/health/ready").status()).isEqualTo(200);
  }

  @Test
  void readyOnlyWhenEverySecretHasAValueYoungerThanMaxStale() throws IOException {
    publish("one");
    RawClient.Answer half = get("/health/ready");
    assertThat(half.status()).isEqualTo(503);
    assertThat(JSON.std.mapFrom(half.body()))
        .isEqualTo(Map.of("status", "down", "secrets", Map.of("one", "fresh", "two", "empty")));

    publish("two");
    assertThat(get("/health/ready").status()).isEqualTo(200);

    catalog.fail("two", "the store is away");
    clock.advance(FakeCatalog.MAX_STALE);
    RawClient.Answer stale = get("/health/ready");
    assertThat(stale.status()).isEqualTo(200);
    assertThat(stale.body()).contains("\"two\":\"stale\"").doesNotContain("away");

    clock.advance(Duration.ofMillis(1));
    RawClient.Answer expired = get("/health/ready");
    assertThat(expired.status()).isEqualTo(503);
    assertThat(expired.body()).contains("\"two\":\"expired\"");
    assertThat(get("/health/live").status()).isEqualTo(200);
  }

  @Test
  void startedWhenEveryStoreWasAskedWhateverItSaid() {
    publish("one");
    assertThat(get("/health/startup").status()).isEqualTo(503);
    catalog.fail("two", "no such path");
    assertThat(get("/health/startup").status()).isEqualTo(200);
  }

  @Test
  void storeThatDoesNotAnswerIsNamedWithSinceWhen() throws IOException {
    publish("one");
    publish("two");
    catalog.condition(
        new StoreCondition(
            "prod",
            StoreCondition.State.UNREACHABLE,
            Optional.of(clock.instant()),
            Optional.of("10.0.0.1 refused"),
            Optional.empty()),
        new StoreCondition(
            "box",
            StoreCondition.State.ANSWERING,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));

    RawClient.Answer ready = get("/health/ready");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(JSON.std.mapFrom(ready.body()).get("stores"))
        .isEqualTo(Map.of("prod", "unreachable since " + clock.instant()));
  }

  @Test
  void metricsAreServedAsPrometheusText() {
    publish("one");
    metrics.socket().answered(dev.postern.sidecar.http.Route.SECRET, 200, 1_000_000);
    RawClient.Answer answer = get("/metrics");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).startsWith("text/plain; version=0.0.4");
    assertThat(answer.body())
        .contains("postern_socket_requests_seconds_count{route=\"secret\",status=\"200\"} 1")
        .doesNotContain("hidden-canary");
  }

  @Test
  void otherPathsAndMethodsAreProblems() {
    assertThat(get("/v1/secrets").status()).isEqualTo(404);
    try (RawClient client = RawClient.connect(server.address())) {
      assertThat(client.request("POST", "/metrics", "x").status()).isEqualTo(405);
    }
  }

  @Test
  void anAddressInUseIsNamed() {
    assertThatThrownBy(() -> start(server.address().getPort()))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining(String.valueOf(server.address().getPort()))
        .hasMessageContaining("choose another management address");
  }
}
