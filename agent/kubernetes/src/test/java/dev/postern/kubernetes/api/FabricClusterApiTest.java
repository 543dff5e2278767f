package dev.postern.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against fabric8's own server, which keeps what it is given. */
final class FabricClusterApiTest {
  private static final FabricWatch.Patience SHORT =
      new FabricWatch.Patience(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          Duration.ofMillis(10),
          Duration.ofMillis(100));
  private static final Map<String, String> LABELS = Map.of("postern.dev/installation", "prod-eu");

  private KubernetesMockServer server;
  private FabricClusterApi api;

  @BeforeEach
  void start() {
    server = served(0);
    api = api(server.getPort(), FabricWatch.Patience.STANDARD);
    awaitFirstAnswer();
  }

  /** The first call of all loads the client and the server; a busy machine takes seconds for it. */
  private void awaitFirstAnswer() {
    for (int attempt = 1; ; attempt++) {
      try {
        api.list(Kind.LEASE, LABELS);
        return;
      } catch (ClusterException.Unavailable slow) {
        assertThat(attempt).as("attempts to reach the server").isLessThan(10);
      }
    }
  }

  private static KubernetesMockServer served(int port) {
    KubernetesMockServer fresh =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    fresh.init(InetAddress.getLoopbackAddress(), port);
    return fresh;
  }

  private static FabricClusterApi api(int port, FabricWatch.Patience patience) {
    Config config =
        new ConfigBuilder()
            .withAutoConfigure(false)
            .withMasterUrl("http://127.0.0.1:" + port)
            .build();
    return FabricClusterApi.of(config, "mail", patience);
  }

  @AfterEach
  void stop() {
    api.close();
    server.destroy();
  }

  private static ClusterObject map(String name, String value) {
    return ClusterObject.fresh(Kind.CONFIG_MAP, name, LABELS).withData(Map.of("key", value));
  }

  @Test
  void aLeaseComesBackAsItWasWrittenToTheMicrosecond() {
    Instant now = Instant.parse("2026-01-02T03:04:05.123456789Z");
    LeaseSpec spec =
        new LeaseSpec("me", Duration.ofSeconds(15), Optional.of(now), Optional.of(now), 3);
    ClusterObject written =
        ClusterObject.fresh(Kind.LEASE, "election", LABELS)
            .withLease(spec)
            .withAnnotations(Map.of("a", "b"))
            .withOwner(new Owner("app-1", "uid-1"));

    ClusterObject created = api.create(written);
    ClusterObject read = api.get(Kind.LEASE, "election").orElseThrow();

    assertThat(read).isEqualTo(created);
    assertThat(read.uid()).isNotEmpty();
    assertThat(read.labels()).isEqualTo(LABELS);
    assertThat(read.annotations()).isEqualTo(Map.of("a", "b"));
    assertThat(read.owner()).contains(new Owner("app-1", "uid-1"));
    assertThat(read.lease().orElseThrow().renewed()).contains(now.truncatedTo(ChronoUnit.MICROS));
    assertThat(read.lease().orElseThrow().transitions()).isEqualTo(3);
    assertThat(read.lease().orElseThrow().holder()).isEqualTo("me");
  }

  @Test
  void anUpdateGivesANewResourceVersionAndTakesAwayWhatItDoesNotName() {
    ClusterObject created = api.create(map("journal", "one"));

    ClusterObject updated = api.update(created.withData(Map.of("other", "two")));

    assertThat(updated.resourceVersion()).isNotEqualTo(created.resourceVersion());
    assertThat(api.get(Kind.CONFIG_MAP, "journal").orElseThrow().data())
        .isEqualTo(Map.of("other", "two"));
  }

  @Test
  void anUpdateOfWhatWasChangedSinceIsAConflictAndChangesNothing() {
    ClusterObject stale = api.create(map("journal", "one"));
    api.update(stale.withData(Map.of("key", "two")));

    assertThatThrownBy(() -> api.update(stale.withData(Map.of("key", "three"))))
        .isInstanceOf(ClusterException.Conflict.class)
        .hasMessage("could not update the ConfigMap journal: changed meanwhile (409)");
    assertThat(api.get(Kind.CONFIG_MAP, "journal").orElseThrow().data())
        .isEqualTo(Map.of("key", "two"));
  }

  @Test
  void creatingWhatIsThereIsAConflictAndUpdatingWhatIsGoneIsNotFound() {
    ClusterObject created = api.create(map("journal", "one"));
    assertThatThrownBy(() -> api.create(map("journal", "two")))
        .isInstanceOf(ClusterException.Conflict.class);

    api.delete(Kind.CONFIG_MAP, "journal", created.resourceVersion());
    assertThat(api.get(Kind.CONFIG_MAP, "journal")).isEmpty();
    assertThatThrownBy(() -> api.update(created)).isInstanceOf(ClusterException.NotFound.class);
  }

  @Test
  void aListHasWhatCarriesTheLabels() {
    api.create(map("one", "1"));
    api.create(ClusterObject.fresh(Kind.CONFIG_MAP, "two", Map.of("other", "label")));

    assertThat(api.list(Kind.CONFIG_MAP, LABELS))
        .extracting(ClusterObject::name)
        .containsExactly("one");
    assertThat(api.list(Kind.LEASE, LABELS)).isEmpty();
  }

  @Test
  void aWatchTellsAllAndThenEachChangeOfWhatCarriesTheLabels() throws InterruptedException {
    ClusterObject one = api.create(map("one", "1"));
    Heard heard = new Heard();
    try (ClusterApi.Watch watch = api.watch(Kind.CONFIG_MAP, LABELS, heard)) {
      assertThat(heard.next()).isEqualTo("listed [one]");
      awaitOpenWatch();
      ClusterObject changed = api.update(one.withData(Map.of("key", "2")));
      heard.awaitLine("upserted one {key=2}");
      api.create(ClusterObject.fresh(Kind.CONFIG_MAP, "foreign", Map.of("other", "label")));
      api.create(map("two", "3"));
      assertThat(heard.next()).isEqualTo("upserted two {key=3}");
      api.delete(Kind.CONFIG_MAP, "one", changed.resourceVersion());
      assertThat(heard.next()).isEqualTo("deleted one");
      assertThat(watch).isNotNull();
    }
  }

  /** The server counts the request before it registers the watch; a request behind it is later. */
  private void awaitOpenWatch() {
    int before = server.getRequestCount();
    api.get(Kind.LEASE, "none");
    assertThat(server.getRequestCount()).isGreaterThan(before);
  }

  @Test
  void aServerThatIsAwayIsUnavailableAndItsReturnIsSeenByWatchAndCalls()
      throws InterruptedException {
    FabricClusterApi quick = api(server.getPort(), SHORT);
    Heard heard = new Heard();
    try (quick;
        ClusterApi.Watch watch = quick.watch(Kind.CONFIG_MAP, LABELS, heard)) {
      assertThat(watch).isNotNull();
      heard.awaitLine("listed []");
      int port = server.getPort();
      server.destroy();
      assertThatThrownBy(() -> quick.get(Kind.LEASE, "any"))
          .isInstanceOf(ClusterException.Unavailable.class)
          .hasMessage("could not read the Lease any: the Kubernetes API does not answer");

      server = served(port);
      quick.create(map("after", "1"));
      heard.awaitLine("listed [after]");
    }
  }

  @Test
  void aConnectionWhoseOtherEndIsGoneWithoutAWordIsGivenUpAndNothingIsMissed() throws Exception {
    try (FreezingProxy proxy = new FreezingProxy(server.getPort());
        FabricClusterApi through = api(proxy.port(), SHORT)) {
      Heard heard = new Heard();
      try (ClusterApi.Watch watch = through.watch(Kind.CONFIG_MAP, LABELS, heard)) {
        assertThat(watch).isNotNull();
        assertThat(heard.next()).isEqualTo("listed []");
        proxy.freeze();
        int before = proxy.accepted();
        api.create(map("unseen", "1"));

        heard.awaitLine("listed [unseen]");
        assertThat(proxy.accepted()).isGreaterThan(before);
      }
    }
  }
}
