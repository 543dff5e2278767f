package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.Limits;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
  private static final String ACK = "/v1/secrets/sending-key/ack";
  private static final Limits IMPATIENT =
      SocketFixture.QUICK.withTimes(
          Duration.ofMillis(200),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  private final SocketFixture fixture =
      new SocketFixture(SocketFixture.QUICK, Set.of(), IoLoop.start());

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
        "GET /v1/secrets HTTP/9.x\r\n\r\n",
        "GET /v1/secrets HTTP/1.1\r\nbroken header\r\n\r\n",
        "PUT /v1/secrets/sending-key/ack HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "PUT /v1/secrets/sending-key/ack HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      })
  void garbageIsABadRequestAndTheEndOfTheConnection(String garbage) {
    try (RawClient client = fixture.client()) {
      RawClient.Answer answer = client.send(garbage).answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(answer.body()).contains("urn:postern:problem:bad-request");
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/secr",
        "GET /v1/secrets HTTP/1.1\r\nHost: x\r\n",
        "PUT /v1/secrets/sending-key/ack HTTP/1.1\r\nContent-Length: 20\r\n\r\n{\"vers",
      })
  void aHalfSentRequestTimesOut(String half) {
    try (RawClient client = fixture.client()) {
      RawClient.Answer answer = client.send(half).answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.body()).contains("urn:postern:problem:timeout");
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void aPeerThatAsksTooOftenIsToldToWait() {
    Limits slow = SocketFixture.QUICK.withRequestsPerSecond(2);
    try (SocketFixture limited = new SocketFixture(slow, Set.of(), IoLoop.start());
        RawClient client = limited.client()) {
      List<Integer> statuses =
          Stream.generate(() -> client.get("/v1/secrets").status()).limit(20).toList();
      assertThat(statuses).startsWith(200, 200).contains(429);
    }
  }

  @Test
  void aRequestLineOverTheLimitIsRefused() {
    try (RawClient client = fixture.client()) {
      RawClient.Answer answer = client.get("/v1/secrets/" + "x".repeat(5000));
      assertThat(answer.status()).isEqualTo(414);
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void headersOverTheLimitAreRefused() {
    try (RawClient client = fixture.client()) {
      RawClient.Answer answer = client.get("/v1/secrets", "X-Long: " + "x".repeat(9000));
      assertThat(answer.status()).isEqualTo(431);
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void aBodyThatIsAnnouncedAsTooLargeIsRefusedUnread() {
    try (RawClient client = fixture.client()) {
      client.start("PUT", ACK, "", "Content-Length: 65537", "Expect: 100-continue");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void aChunkedBodyThatGrowsTooLargeIsRefused() {
    try (RawClient client = fixture.client()) {
      client.start("PUT", ACK, "", "Transfer-Encoding: chunked");
      client.send("10001\r\n" + "x".repeat(0x10001));
      assertThat(client.answer().status()).isEqualTo(413);
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void aBodyIsAskedForWhenTheClientWaitsForThat() {
    try (RawClient client = fixture.client()) {
      client.start("PUT", ACK, "", "Content-Length: 15", "Expect: 100-continue");
      assertThat(client.answer().status()).isEqualTo(100);
      assertThat(client.send("{\"version\":\"7\"}").answer().status()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/secrets/sending-key?wait=soon",
        "/v1/secrets/sending-key?wait=1s&wait=2s",
        "/v1/secrets/%zz",
        "/v1/secrets/%2",
        "*",
        "v1/secrets",
      })
  void aTargetThatMakesNoSenseIsABadRequestAndTheConnectionGoesOn(String target) {
    try (RawClient client = fixture.client()) {
      assertThat(client.get(target).status()).isEqualTo(400);
      assertThat(client.get("/v1/secrets").status()).isEqualTo(200);
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    try (RawClient client = fixture.client()) {
      client
          .start("GET", "/v1/secrets/sending-key?wait=50ms", "")
          .start("GET", "/v1/secrets/forbidden", "")
          .start("GET", "/v1/secrets/sending-key", "");
      assertThat(client.answer().status()).isEqualTo(304);
      assertThat(client.answer().status()).isEqualTo(403);
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void thousandsOfPipelinedRequestsAreAllAnswered() throws InterruptedException {
    int count = 5000;
    try (RawClient client = fixture.client()) {
      String request = "GET /v1/secrets/sending-key HTTP/1.1\r\nHost: x\r\n\r\n";
      Thread sender = Thread.ofVirtual().start(() -> client.send(request.repeat(count)));
      for (int i = 0; i < count; i++) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      sender.join();
    }
  }

  @Test
  void aConnectionEndsWhenTheClientSaysSo() {
    try (RawClient client = fixture.client()) {
      RawClient.Answer answer = client.get("/v1/secrets/sending-key", "Connection: close");
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(answer.body()).contains(SocketFixture.CANARY);
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void anOldClientMayKeepItsConnection() {
    try (RawClient client = fixture.client()) {
      String request = "GET /v1/secrets/sending-key HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
      assertThat(client.send(request).answer().header("connection")).isEqualTo("keep-alive");
      assertThat(client.send(request).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void oneConnectionTooManyIsTurnedAway() {
    try (SocketFixture small =
            new SocketFixture(
                SocketFixture.QUICK.withConnections(10, 2), Set.of(), IoLoop.start());
        RawClient first = small.client();
        RawClient second = small.client()) {
      assertThat(first.get("/v1/secrets").status()).isEqualTo(200);
      assertThat(second.get("/v1/secrets").status()).isEqualTo(200);
      try (RawClient third = small.client()) {
        RawClient.Answer answer = third.answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).contains("urn:postern:problem:too-many-connections");
        assertThat(third.closedByServer()).isTrue();
      }
    }
  }

  @Test
  void anIdleConnectionIsClosedWhetherOrNotItEverAsked() {
    try (SocketFixture impatient = new SocketFixture(IMPATIENT, Set.of(), IoLoop.start());
        RawClient client = impatient.client();
        RawClient silent = impatient.client()) {
      assertThat(client.get("/v1/secrets").status()).isEqualTo(200);
      assertThat(client.closedByServer()).isTrue();
      assertThat(silent.closedByServer()).isTrue();
    }
  }

  @Test
  void aReaderThatNeverReadsIsNotReadFromAndThenClosed() throws IOException {
    ByteBuffer requests =
        StandardCharsets.US_ASCII.encode(
            "GET /v1/secrets/sending-key HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000));
    try (SocketFixture impatient = new SocketFixture(IMPATIENT, Set.of(), IoLoop.start());
        SocketChannel greedy = SocketChannel.open(UnixDomainSocketAddress.of(impatient.path))) {
      greedy.configureBlocking(false);
      long sent = 0;
      boolean closed = false;
      while (!closed) {
        try {
          sent += greedy.write(requests);
          requests.rewind();
        } catch (IOException gone) {
          closed = true;
        }
        assertThat(sent).as("bytes that the server took in").isLessThan(64 << 20);
      }
      assertThat(sent).isPositive();
      assertThat(RawClient.get(impatient.path, "/v1/secrets").status()).isEqualTo(200);
    }
  }

  @Test
  void pipelinedGarbageIsRefusedInItsTurnAndWhatFollowsIsNotRead() {
    try (RawClient client = fixture.client()) {
      String request = "GET /v1/secrets/sending-key HTTP/1.1\r\nHost: x\r\n\r\n";
      client.send(request + request + "\u0001\u0002 nonsense\r\n\r\n" + request.repeat(500));

      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.closedByServer()).isTrue();
      assertThat(RawClient.get(fixture.path, "/v1/secrets").status()).isEqualTo(200);
    }
  }

  @Test
  void garbageBehindARequestThatWaitsIsRefusedAfterItsAnswer() {
    try (RawClient client = fixture.client()) {
      client
          .start("GET", "/v1/secrets/sending-key?wait=50ms", "")
          .send("nonsense\r\n\r\n".repeat(5000));

      assertThat(client.answer().status()).isEqualTo(304);
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.closedByServer()).isTrue();
    }
  }
}
