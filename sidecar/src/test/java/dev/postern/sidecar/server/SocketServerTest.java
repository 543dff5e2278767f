package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Holding;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketServerTest {
  private final SocketFixture fixture = new SocketFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aSecretIsServedWithItsVersionAgesAndAttributes() throws IOException {
    fixture.clock.advance(Duration.ofSeconds(90));

    RawClient.Answer answer = RawClient.get(fixture.path, "/v1/secrets/sending-key");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("etag")).isEqualTo("\"7\"");
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(JSON.std.mapFrom(answer.body()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "name",
                "sending-key",
                "kind",
                "mailgun-sending-key",
                "version",
                "7",
                "state",
                "primary",
                "tainted",
                false,
                "age_seconds",
                90,
                "staleness_seconds",
                90,
                "stale",
                false,
                "attributes",
                Map.of("domain", "mg.example.com", "note", "a \"quoted\" word"),
                "fields",
                Map.of("api_key", SocketFixture.CANARY)));
  }

  @Test
  void aFieldIsServedBare() {
    RawClient.Answer answer = RawClient.get(fixture.path, "/v1/secrets/sending-key/api_key");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(SocketFixture.CANARY);
    assertThat(answer.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("etag")).isEqualTo("\"7\"");
  }

  @Test
  void aValueWithQuotesControlsAndAccentsSurvivesJson() throws IOException {
    String utf8 = "a\"b\\c\n\u0001\u00c3\u00a9";
    fixture.catalog.publish("sending-key", "8", fixture.clock.instant(), Map.of("api_key", utf8));

    String body = RawClient.get(fixture.path, "/v1/secrets/sending-key").body();

    byte[] raw = body.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(JSON.std.mapFrom(raw).get("fields"))
        .isEqualTo(Map.of("api_key", "a\"b\\c\n\u0001\u00e9"));
    assertThat(RawClient.get(fixture.path, "/v1/secrets/sending-key/api_key").body())
        .isEqualTo(utf8);
  }

  @Test
  void aValueThatIsNotTextIsRefusedAsJsonAndServedBare() {
    fixture.catalog.publish(
        "sending-key", "8", fixture.clock.instant(), Map.of("api_key", "\u00ff\u00fe"));

    RawClient.Answer json = RawClient.get(fixture.path, "/v1/secrets/sending-key");
    RawClient.Answer bare = RawClient.get(fixture.path, "/v1/secrets/sending-key/api_key");

    assertThat(json.status()).isEqualTo(406);
    assertThat(json.body()).contains("urn:postern:problem:not-text");
    assertThat(bare.body()).isEqualTo("\u00ff\u00fe");
    assertThat(bare.header("content-type")).isEqualTo("application/octet-stream");
  }

  @Test
  void headHasTheLengthAndNoBodyAndIsNoFetch() {
    try (RawClient client = fixture.client()) {
      RawClient.Answer head = client.request("HEAD", "/v1/secrets/sending-key", "");
      assertThat(head.status()).isEqualTo(200);
      assertThat(Integer.parseInt(head.header("content-length"))).isPositive();
      assertThat(fixture.consumers.holdings()).isEmpty();
      assertThat(client.get("/v1/secrets/sending-key").status()).isEqualTo(200);
    }
  }

  @Test
  void aKnownVersionIsNotSentAgain() {
    try (RawClient client = fixture.client()) {
      for (String tags : new String[] {"\"7\"", "W/\"7\"", "*", "\"1\", \"7\""}) {
        RawClient.Answer answer = client.get("/v1/secrets/sending-key", "If-None-Match: " + tags);
        assertThat(answer.status()).as(tags).isEqualTo(304);
        assertThat(answer.header("etag")).isEqualTo("\"7\"");
      }
      assertThat(client.get("/v1/secrets/sending-key", "If-None-Match: \"6\"").status())
          .isEqualTo(200);
    }
  }

  @Test
  void theListNamesOnlyWhatThePeerMayReadAndNoValue() throws IOException {
    RawClient.Answer answer = RawClient.get(fixture.path, "/v1/secrets");

    assertThat(JSON.std.listFrom(answer.body()))
        .extracting(entry -> String.valueOf(((Map<?, ?>) entry).get("name")))
        .containsExactly("sending-key", "login");
    assertThat(answer.body()).doesNotContain(SocketFixture.CANARY);
  }

  @Test
  void aForbiddenNameAndAnUnknownNameAreDeniedInTheSameBytes() {
    RawClient.Answer forbidden = RawClient.get(fixture.path, "/v1/secrets/forbidden");
    RawClient.Answer unknown = RawClient.get(fixture.path, "/v1/secrets/no-such-name");
    RawClient.Answer illegal = RawClient.get(fixture.path, "/v1/secrets/%00..%2f");

    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(unknown).isEqualTo(forbidden);
    assertThat(illegal).isEqualTo(forbidden);
    assertThat(RawClient.get(fixture.path, "/v1/secrets/forbidden/value")).isEqualTo(forbidden);
    assertThat(RawClient.get(fixture.path, "/v1/watch?name=forbidden")).isEqualTo(forbidden);
  }

  @Test
  void anAdministratorOfTheAgentsOwnUserIsToldThatANameIsUnknown() {
    try (SocketFixture mine =
        new SocketFixture(Limits.standard(), Set.of(SocketFixture.UID), IoLoop.start())) {
      assertThat(RawClient.get(mine.path, "/v1/secrets/no-such-name").status()).isEqualTo(404);
      assertThat(RawClient.get(mine.path, "/v1/secrets/forbidden").status()).isEqualTo(403);
    }
  }

  @Test
  void anUnknownFieldPathOrMethodEachHasItsOwnProblem() {
    try (RawClient client = fixture.client()) {
      RawClient.Answer field = client.get("/v1/secrets/sending-key/nothing");
      assertThat(field.status()).isEqualTo(404);
      assertThat(field.body()).contains("urn:postern:problem:unknown-field", "api_key");
      RawClient.Answer path = client.get("/v2/secrets");
      assertThat(path.status()).isEqualTo(404);
      assertThat(path.body()).contains("urn:postern:problem:unknown-path");
      assertThat(path.header("content-type")).isEqualTo("application/problem+json");
      RawClient.Answer method = client.request("DELETE", "/v1/secrets/sending-key", "");
      assertThat(method.status()).isEqualTo(405);
      assertThat(method.header("allow")).isEqualTo("GET, HEAD");
      assertThat(client.get("/v1/secrets/sending-key/ack").header("allow")).isEqualTo("PUT");
    }
  }

  @Test
  void noValueYetIsAProblemThatSaysSo() {
    RawClient.Answer answer = RawClient.get(fixture.path, "/v1/secrets/login");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("urn:postern:problem:no-value");
  }

  @Test
  void aValueIsServedStaleUntilMaxStaleAndThenRefused() {
    try (RawClient client = fixture.client()) {
      client.get("/v1/secrets/sending-key");
      fixture.catalog.fail("sending-key", "the store does not answer");
      fixture.clock.advance(FakeCatalog.MAX_STALE);
      RawClient.Answer stale = client.get("/v1/secrets/sending-key");
      assertThat(stale.status()).isEqualTo(200);
      assertThat(stale.body()).contains("\"stale\":true", "\"staleness_seconds\":3600");

      fixture.clock.advance(Duration.ofSeconds(1));
      RawClient.Answer expired = client.get("/v1/secrets/sending-key");
      assertThat(expired.status()).isEqualTo(503);
      assertThat(expired.body()).contains("urn:postern:problem:expired");
    }
  }

  @Test
  void aFetchMakesAConsumerThatHoldsTheVersion() {
    try (RawClient client = fixture.client()) {
      client.get("/v1/secrets/sending-key");
      client.get("/v1/secrets/sending-key");

      Holding holding = fixture.consumers.holdings().getFirst();
      assertThat(fixture.consumers.holdings()).hasSize(1);
      assertThat(holding.fetched()).isEqualTo(new Version("7"));
      assertThat(holding.connected()).isTrue();
      assertThat(holding.consumer().uid()).isEqualTo(SocketFixture.UID);
      assertThat(holding.consumer().pid()).isEqualTo((int) ProcessHandle.current().pid());
    }
  }

  @Test
  void readingALoginIsNotHoldingItsPassword() {
    fixture.catalog.publish(
        "login", "1", fixture.clock.instant(), Map.of("login", "me", "password", "p"));
    try (RawClient client = fixture.client()) {
      client.get("/v1/secrets/login/login");
      assertThat(fixture.consumers.holdings()).isEmpty();
      client.get("/v1/secrets/login/password");
      assertThat(fixture.consumers.holdings()).hasSize(1);
    }
  }

  @Test
  void anAcknowledgementIsTakenForTheCurrentVersionOnly() {
    try (RawClient client = fixture.client()) {
      String path = "/v1/secrets/sending-key/ack";
      assertThat(client.request("PUT", path, "{\"version\":\"6\"}").status()).isEqualTo(409);
      assertThat(client.request("PUT", path, "{\"version\":7}").status()).isEqualTo(400);
      assertThat(client.request("PUT", path, "{\"verzion\":\"7\"}").status()).isEqualTo(400);
      assertThat(client.request("PUT", path, "no json").status()).isEqualTo(400);
      assertThat(client.request("PUT", path, "[]").status()).isEqualTo(400);
      assertThat(client.request("PUT", path, "null").status()).isEqualTo(400);
      assertThat(fixture.consumers.holdings()).isEmpty();
      assertThat(client.request("PUT", path, "{\"version\":\"7\"}").status()).isEqualTo(204);
      assertThat(fixture.consumers.holdings(new SecretName("sending-key")))
          .singleElement()
          .satisfies(holding -> assertThat(holding.acknowledged()).isTrue());
    }
  }

  @Test
  void aRejectionIsPassedOn() throws InterruptedException {
    try (RawClient client = fixture.client()) {
      String path = "/v1/secrets/sending-key/rejected";
      assertThat(client.request("POST", path, "{\"version\":\"6\"}").status()).isEqualTo(409);
      assertThat(client.request("POST", path, "{\"version\":\"7\"}").status()).isEqualTo(202);
    }
    SocketFixture.Rejection rejection = fixture.rejections.poll(5, TimeUnit.SECONDS);
    assertThat(rejection).isNotNull();
    assertThat(rejection.version()).isEqualTo(new Version("7"));
    assertThat(rejection.consumer().uid()).isEqualTo(SocketFixture.UID);
  }

  @Test
  void aNewVersionIsServedAtOnceAndTheOldBytesAreGone() {
    try (RawClient client = fixture.client()) {
      client.get("/v1/secrets/sending-key");
      fixture.publish("8");
      RawClient.Answer answer = client.get("/v1/secrets/sending-key");
      assertThat(answer.header("etag")).isEqualTo("\"8\"");
      assertThat(answer.body()).contains(SocketFixture.CANARY + "8");
    }
  }

  @Test
  void thePortableTransportKnowsTheUserToo() {
    try (SocketFixture portable =
        new SocketFixture(Limits.standard(), Set.of(), IoLoop.startPortable())) {
      assertThat(RawClient.get(portable.path, "/v1/secrets/sending-key").status()).isEqualTo(200);
      assertThat(RawClient.get(portable.path, "/v1/secrets/forbidden").status()).isEqualTo(403);
      assertThat(portable.consumers.holdings().getFirst().consumer().pid()).isZero();
    }
  }
}
