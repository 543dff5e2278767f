package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.http.IoLoop;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingTest {
  private final SocketFixture fixture =
      new SocketFixture(SocketFixture.QUICK, Set.of(), IoLoop.start());

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aLongPollIsAnsweredWhenTheVersionChanges() {
    try (RawClient client = fixture.client();
        RawClient other = fixture.client()) {
      client.start("GET", "/v1/secrets/sending-key?wait=30s", "", "If-None-Match: \"7\"");
      // Longer than the time for a request, which does not count here.
      other.get("/v1/secrets/sending-key?wait=300ms");
      fixture.publish("8");

      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("etag")).isEqualTo("\"8\"");
      assertThat(client.get("/v1/secrets/sending-key").status()).isEqualTo(200);
    }
  }

  @Test
  void aLongPollOfAnOldVersionIsAnsweredAtOnce() {
    RawClient.Answer answer =
        RawClient.get(fixture.path, "/v1/secrets/sending-key?wait=30", "If-None-Match: \"6\"");
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void aLongPollEndsUnchangedAtItsLimit() {
    RawClient.Answer answer =
        RawClient.get(fixture.path, "/v1/secrets/sending-key/api_key?wait=20ms");
    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.header("etag")).isEqualTo("\"7\"");
  }

  @Test
  void aLongPollIsNotWokenByATaint() {
    try (RawClient client = fixture.client()) {
      client.start("GET", "/v1/secrets/sending-key?wait=200ms", "");
      fixture.catalog.taint("sending-key");
      assertThat(client.answer().status()).isEqualTo(304);
    }
  }

  @Test
  void aLongPollIsAnsweredWhenTheServerStops() {
    try (RawClient client = fixture.client();
        RawClient other = fixture.client()) {
      client.start("GET", "/v1/secrets/sending-key?wait=30s", "");
      other.get("/v1/secrets");
      fixture.server.close();
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(304);
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(other.closedByServer()).isTrue();
      assertThat(fixture.path).doesNotExist();
    }
  }

  @Test
  void aWatcherSeesTheStateAndEachChangeAndNoValue() throws IOException {
    try (RawClient client = fixture.client()) {
      RawClient.Answer head = client.start("GET", "/v1/watch", "").answer(false);
      assertThat(head.header("content-type")).isEqualTo("text/event-stream");
      assertThat(client.event())
          .isEqualTo(
              "event: secret\n"
                  + "data: {\"name\":\"sending-key\",\"version\":\"7\",\"state\":\"primary\","
                  + "\"tainted\":false}\n");
      fixture.catalog.taint("sending-key");
      assertThat(client.event()).contains("\"tainted\":true");
      fixture.publish("8");
      assertThat(client.event()).contains("\"version\":\"8\"").doesNotContain(SocketFixture.CANARY);
    }
  }

  @Test
  void aQuietStreamHasHeartbeats() throws IOException {
    try (RawClient client = fixture.client()) {
      client.start("GET", "/v1/watch?name=login", "").answer(false);
      assertThat(client.line()).isEqualTo(": still here");
    }
  }

  @Test
  void watchersOfOtherSecretsAreNotDisturbed() throws IOException {
    try (RawClient client = fixture.client()) {
      client.start("GET", "/v1/watch?name=login&name=sending-key", "").answer(false);
      assertThat(client.event()).contains("sending-key");
      fixture.catalog.publish(
          "forbidden", "2", fixture.clock.instant(), java.util.Map.of("value", "x"));
      fixture.publish("8");
      assertThat(client.event()).contains("\"name\":\"sending-key\",\"version\":\"8\"");
    }
  }

  @Test
  void theEndOfTheServerEndsAWatch() throws IOException {
    try (RawClient client = fixture.client()) {
      client.start("GET", "/v1/watch?name=login", "").answer(false);
      fixture.server.close();
      while (!client.closedByServer()) {
        // Heartbeats that were on their way.
      }
      assertThat(fixture.consumers.holdings()).isEmpty();
    }
  }
}
