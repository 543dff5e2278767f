package dev.postern.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.kubernetes.api.ClusterObject.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server that answers what a test tells it to. */
final class FabricAnswersTest {
  private static final String MAPS = "/api/v1/namespaces/mail/configmaps";
  private static final String CANARY = "canary-in-the-answer";

  private final KubernetesMockServer server = new KubernetesMockServer(false);
  private FabricClusterApi api;

  @BeforeEach
  void start() {
    server.init();
    Config config =
        new ConfigBuilder()
            .withAutoConfigure(false)
            .withMasterUrl("http://127.0.0.1:" + server.getPort())
            .build();
    api =
        FabricClusterApi.of(
            config,
            "mail",
            new FabricWatch.Patience(
                Duration.ofSeconds(1),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofMillis(10),
                Duration.ofMillis(50)));
  }

  @AfterEach
  void stop() {
    api.close();
    server.destroy();
  }

  private static ClusterObject read(String version) {
    return ClusterObject.fresh(Kind.CONFIG_MAP, "journal", Map.of()).stored("uid-1", version);
  }

  @Test
  void anUpdateNamesTheResourceVersionThatItReplacesInWhatItSends() throws InterruptedException {
    server
        .expect()
        .put()
        .withPath(MAPS + "/journal")
        .andReturn(
            200,
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("journal")
                .withResourceVersion("43")
                .endMetadata()
                .build())
        .once();

    assertThat(api.update(read("42")).resourceVersion()).isEqualTo("43");

    RecordedRequest request = server.takeRequest();
    assertThat(request.getMethod()).isEqualTo("PUT");
    assertThat(request.getBody().readUtf8()).contains("\"resourceVersion\":\"42\"");
    assertThat(server.getRequestCount()).as("nothing was read before").isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400, Denied",
    "401, Denied",
    "403, Denied",
    "404, NotFound",
    "405, Denied",
    "409, Conflict",
    "413, Denied",
    "422, Denied",
    "429, Unavailable",
    "500, Unavailable",
    "502, Unavailable",
    "503, Unavailable",
    "504, Unavailable"
  })
  void eachRefusalHasItsMeaningIsAskedForOnceAndShowsNothingOfTheAnswer(int code, String meaning) {
    server
        .expect()
        .put()
        .withPath(MAPS + "/journal")
        .andReturn(
            code, new StatusBuilder().withCode(code).withMessage(CANARY).withReason(CANARY).build())
        .always();

    ClusterException thrown =
        catchThrowableOfType(ClusterException.class, () -> api.update(read("42")));

    assertThat(thrown.getClass().getSimpleName()).isEqualTo(meaning);
    assertThat(thrown.getMessage()).startsWith("could not update the ConfigMap journal");
    assertThat(thrown).hasNoCause();
    assertThat(thrown.toString()).doesNotContain(CANARY);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aPauseThatTheApiAsksForIsPassedOn() {
    server
        .expect()
        .put()
        .withPath(MAPS + "/journal")
        .andReturn(
            429,
            new StatusBuilder()
                .withCode(429)
                .withNewDetails()
                .withRetryAfterSeconds(7)
                .endDetails()
                .build())
        .always();

    ClusterException.Unavailable thrown =
        catchThrowableOfType(ClusterException.Unavailable.class, () -> api.update(read("42")));

    assertThat(thrown.retryAfter()).contains(Duration.ofSeconds(7));
  }

  @Test
  void aProxysPageIsNoAnswer() {
    server
        .expect()
        .get()
        .withPath(MAPS + "/journal")
        .andReturn(200, "<html>" + CANARY + "</html>")
        .always();

    ClusterException thrown =
        catchThrowableOfType(ClusterException.class, () -> api.get(Kind.CONFIG_MAP, "journal"));

    assertThat(thrown).isInstanceOf(ClusterException.Unavailable.class).hasNoCause();
    assertThat(thrown.toString()).doesNotContain(CANARY);
  }

  @Test
  void anExpiredHistoryIsFollowedByAFreshList() throws InterruptedException {
    String list = MAPS + "?labelSelector=a%3Db";
    server.expect().get().withPath(list).andReturn(200, list("10", "first")).once();
    server.expect().get().withPath(list).andReturn(200, list("90", "second")).always();
    // How long a watch is asked for differs from one to the next.
    for (int seconds = 20; seconds <= 26; seconds++) {
      server
          .expect()
          .withPath(watchFrom("10", seconds))
          .andUpgradeToWebSocket()
          .open()
          .immediately()
          .andEmit(
              new WatchEvent(
                  new StatusBuilder().withCode(410).withReason("Expired").build(), "ERROR"))
          .done()
          .always();
      server
          .expect()
          .withPath(watchFrom("90", seconds))
          .andUpgradeToWebSocket()
          .open()
          .immediately()
          .andEmit(new WatchEvent(map("91", "third"), "ADDED"))
          .done()
          .once();
    }
    Heard heard = new Heard();

    try (ClusterApi.Watch watch = api.watch(Kind.CONFIG_MAP, Map.of("a", "b"), heard)) {
      assertThat(watch).isNotNull();
      assertThat(heard.next()).isEqualTo("listed [first]");
      assertThat(heard.next()).isEqualTo("listed [second]");
      assertThat(heard.next()).isEqualTo("upserted third {}");
    }
  }

  private static String watchFrom(String version, int seconds) {
    return MAPS
        + "?allowWatchBookmarks=true&labelSelector=a%3Db&resourceVersion="
        + version
        + "&timeoutSeconds="
        + seconds
        + "&watch=true";
  }

  private static Object list(String version, String name) {
    return new ConfigMapListBuilder()
        .withNewMetadata()
        .withResourceVersion(version)
        .endMetadata()
        .addToItems(map(version, name))
        .build();
  }

  private static ConfigMap map(String version, String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withResourceVersion(version)
        .endMetadata()
        .build();
  }
}
