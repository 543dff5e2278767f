package dev.postern.sidecar.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.sidecar.cli.FakeAgent;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentClientTest {
  private static final String SECRET = "key-0123456789abcdef";

  @TempDir private Path directory;

  @Test
  void answerIsReadWhole() throws IOException {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answer("agent GET /v1/secrets", 200, "{\"a\":\"b\"}");

      assertThat(client().get("/v1/secrets").json().text("a")).contains("b");
    }
  }

  @Test
  void bodyIsSentAsJson() throws IOException {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answer("agent POST /v1/x", 204, "");

      client().post("/v1/x", JsonObject.of(Map.of("version", "7")));

      assertThat(agent.requests()).containsExactly("agent POST /v1/x {\"version\":\"7\"}");
    }
  }

  @Test
  void bigAnswerArrivesWhole() throws IOException {
    String body = "{\"a\":\"" + "x".repeat(300_000) + "\"}";
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answer("agent GET /v1/big", 200, body);

      assertThat(client().get("/v1/big").body()).hasSize(body.length());
    }
  }

  @Test
  void missingSocketSaysHowToStartAnAgent() {
    assertThatThrownBy(() -> client().get("/"))
        .isInstanceOf(AgentFailure.NoAgent.class)
        .hasMessageContaining("postern run --config F");
  }

  @Test
  void staleSocketOfADeadAgentIsNoAgent() throws IOException {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket()));
    }

    assertThat(Files.exists(socket())).isTrue();
    assertThatThrownBy(() -> client().get("/")).isInstanceOf(AgentFailure.NoAgent.class);
  }

  @Test
  void pathThatIsTooLongForASocketIsToldSo() {
    AgentClient client = new AgentClient(Path.of("/tmp/" + "x".repeat(200)), Duration.ofSeconds(5));

    assertThatThrownBy(() -> client.get("/"))
        .isInstanceOf(AgentFailure.NoSocket.class)
        .hasMessageContaining("too long");
  }

  @Test
  void agentThatSaysNothingIsGivenUpAfterThePatience() throws IOException {
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(socket()));
      AgentClient client = new AgentClient(socket(), Duration.ofMillis(20));

      assertThatThrownBy(() -> client.get("/")).isInstanceOf(AgentFailure.Silent.class);
    }
  }

  @Test
  void agentThatDiesInTheMiddleIsToldFromOneThatNeverWas() throws IOException {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answerRaw("agent GET /v1/x", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + "ab");

      assertThatThrownBy(() -> client().get("/v1/x")).isInstanceOf(AgentFailure.CutOff.class);
    }
  }

  @Test
  void garbageIsRefusedWithoutRepeatingIt() throws IOException {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answerRaw("agent GET /v1/x", SECRET + "\r\n\r\n");
      agent.answer("agent GET /v1/y", 200, "{\"fields\":" + SECRET);

      assertThatThrownBy(() -> client().get("/v1/x"))
          .isInstanceOf(AgentFailure.Garbled.class)
          .message()
          .doesNotContain(SECRET);
      assertThatThrownBy(() -> client().get("/v1/y").json())
          .isInstanceOf(AgentFailure.Garbled.class)
          .hasNoCause()
          .message()
          .doesNotContain(SECRET);
    }
  }

  @Test
  void answerPrintsNothingOfItsBody() throws IOException {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answer("agent GET /v1/x", 200, "{\"fields\":{\"api_key\":\"" + SECRET + "\"}}");
      Answer answer = client().get("/v1/x");

      assertThat(answer.toString() + answer.json()).doesNotContain(SECRET);
    }
  }

  @Test
  void problemWithoutADocumentStillNamesTheStatus() throws IOException {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answerRaw("agent GET /v1/x", "HTTP/1.1 502 Bad\r\nContent-Length: 4\r\n\r\n<p/>");

      assertThat(client().get("/v1/x").problem().detail()).contains("502");
    }
  }

  @Test
  void eventsAreReadOneByOneAndAHalfOneIsDropped() throws IOException {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answerRaw(
          "agent GET /v1/watch",
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
              + ": comment\n\nevent: secret\ndata: {\"a\":\ndata: 1}\n\ndata:x\n\nevent: y\nda");

      assertThat(client().watch("/v1/watch"))
          .isInstanceOfSatisfying(
              Watching.Open.class,
              open -> {
                try (EventStream events = open.events()) {
                  assertThat(events.next())
                      .contains(new EventStream.Event("secret", "{\"a\":\n1}"));
                  assertThat(events.next()).contains(new EventStream.Event("message", "x"));
                  assertThat(events.next()).isEqualTo(Optional.empty());
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
    }
  }

  @Test
  void namesCannotBreakOutOfThePath() {
    assertThat(AgentClient.escape("../a b/c?d=\r\n")).isEqualTo("..%2Fa%20b%2Fc%3Fd%3D%0D%0A");
  }

  private Path socket() {
    return directory.resolve("postern.sock");
  }

  private AgentClient client() {
    return new AgentClient(socket(), Duration.ofSeconds(10));
  }
}
