package dev.postern.sidecar.socketmap;

import static dev.postern.sidecar.socketmap.NetstringClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.http.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SocketmapBadInputTest {
  private static final String EU = "sasl_passwd smtp.eu.mailgun.org";
  private static final String ANSWER =
      "OK " + SocketmapFixture.LOGIN + ":" + SocketmapFixture.PASSWORD;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        ":",
        "-1:,",
        "05:hello,",
        "5:hello;",
        "4097:",
        "99999999999999999999",
        " 5:hello,",
        "\0\0\0\0",
      })
  void garbageIsAnsweredOnceAndIsTheEndOfTheConnection(String garbage) {
    try (SocketmapFixture fixture = new SocketmapFixture();
        NetstringClient client = fixture.client()) {
      assertThat(client.send(garbage + request(EU)).answer()).startsWith("PERM ");
      assertThat(client.closedByServer()).isTrue();
      assertThat(fixture.ask(EU)).as("the others go on").isEqualTo(ANSWER);
    }
  }

  @Test
  void longestRequestIsTakenInPieces() {
    try (SocketmapFixture fixture = new SocketmapFixture();
        NetstringClient client = fixture.client()) {
      String longest = request("sasl_passwd " + "x".repeat(4096 - "sasl_passwd ".length()));
      for (int at = 0; at < longest.length(); at += 1000) {
        client.send(longest.substring(at, Math.min(longest.length(), at + 1000)));
      }
      assertThat(client.answer()).isEqualTo("NOTFOUND ");
      for (String piece : request(EU).split("", -1)) {
        client.send(piece);
      }
      assertThat(client.answer()).isEqualTo(ANSWER);
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() {
    try (SocketmapFixture fixture = new SocketmapFixture();
        NetstringClient client = fixture.client()) {
      int rounds = 500;
      client.send((request(EU) + request("sasl_passwd x") + request("y z")).repeat(rounds));
      for (int round = 0; round < rounds; round++) {
        assertThat(client.answer()).isEqualTo(ANSWER);
        assertThat(client.answer()).isEqualTo("NOTFOUND ");
        assertThat(client.answer()).startsWith("PERM no such table");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "31:", "31:sasl_passwd smtp"})
  void halfSentRequestTimesOut(String half) {
    try (SocketmapFixture fixture =
            new SocketmapFixture(SocketmapFixture.QUICK, SocketmapFixture.UID);
        NetstringClient client = fixture.client()) {
      assertThat(client.ask(EU)).isEqualTo(ANSWER);
      assertThat(client.send(half).answer()).startsWith("TIMEOUT ");
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void idleConnectionIsClosedInTheEnd() {
    Limits quick =
        SocketmapFixture.QUICK.withTimes(
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            Duration.ofSeconds(1));
    try (SocketmapFixture fixture = new SocketmapFixture(quick, SocketmapFixture.UID);
        NetstringClient client = fixture.client()) {
      assertThat(client.ask(EU)).isEqualTo(ANSWER);
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void peerThatNeverReadsIsNotReadFromAndThenClosed() throws IOException {
    try (SocketmapFixture fixture =
            new SocketmapFixture(SocketmapFixture.QUICK, SocketmapFixture.UID);
        NetstringClient deaf = fixture.client()) {
      byte[] flood = request(EU).repeat(1000).getBytes(StandardCharsets.US_ASCII);
      long most = 64L << 20;
      assertThat(deaf.stuff(flood, most)).as("taken before it stops reading").isLessThan(most);

      assertThat(fixture.ask(EU)).as("the others go on").isEqualTo(ANSWER);
      try (NetstringClient other = fixture.client()) {
        while (fixture.server.connections() > 1) {
          assertThat(other.ask(EU)).isEqualTo(ANSWER);
        }
      }
    }
  }

  @Test
  void connectionsOverTheLimitAreToldAndClosedAndLeaveRoomAgain() {
    Limits few = Limits.standard().withConnections(4, 3);
    try (SocketmapFixture fixture = new SocketmapFixture(few, SocketmapFixture.UID)) {
      List<NetstringClient> held = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        NetstringClient client = fixture.client();
        assertThat(client.ask(EU)).isEqualTo(ANSWER);
        held.add(client);
      }
      try (NetstringClient fourth = fixture.client()) {
        assertThat(fourth.answer()).startsWith("TEMP ");
        assertThat(fourth.closedByServer()).isTrue();
      }
      assertThat(held.getFirst().ask(EU)).isEqualTo(ANSWER);
      held.forEach(NetstringClient::close);
      while (fixture.server.connections() > 0) {
        Thread.onSpinWait();
      }
      assertThat(fixture.ask(EU)).isEqualTo(ANSWER);
    }
  }

  @Test
  void whoAsksTooOftenIsToldToWaitAndKeepsItsConnection() {
    Limits slow = Limits.standard().withRequestsPerSecond(2);
    try (SocketmapFixture fixture = new SocketmapFixture(slow, SocketmapFixture.UID);
        NetstringClient client = fixture.client()) {
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(client.ask(EU));
      }
      assertThat(answers).startsWith(ANSWER, ANSWER).anyMatch(text -> text.startsWith("TEMP "));
    }
  }

  @Test
  void thousandIdleConnectionsHinderNobody() {
    Limits wide = Limits.standard().withConnections(2048, 1536);
    try (SocketmapFixture fixture = new SocketmapFixture(wide, SocketmapFixture.UID)) {
      List<NetstringClient> idle = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        idle.add(fixture.client());
      }
      assertThat(fixture.ask(EU)).isEqualTo(ANSWER);
      idle.forEach(NetstringClient::close);
    }
  }
}
