package dev.postern.sidecar.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our clock against that of a server that is right. */
class ClockLookTest {

  @ParameterizedTest
  @CsvSource({
    "0, OK, agrees",
    "10, OK, agrees",
    "120, WARN, ahead of",
    "-120, WARN, behind",
    "400, FAIL, ahead of",
    "-400, FAIL, behind"
  })
  void differenceIsToldAndJudged(long ahead, Outcome outcome, String words) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/base/",
        exchange -> {
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    try {
      Finding finding = look(server.getAddress().getPort(), Duration.ofSeconds(ahead));

      assertThat(finding.outcome()).as(finding.toString()).isEqualTo(outcome);
      assertThat(finding.found()).contains(words);
      assertThat(finding.advice().contains("why it matters")).isEqualTo(outcome != Outcome.OK);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void serverThatSaysNothingUsableIsNotJudged() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket one = server.accept()) {
                  one.getOutputStream()
                      .write(
                          "HTTP/1.1 200 OK\r\nDate: soon\r\n\r\n"
                              .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  // The test looks at what the client made of it.
                }
              });

      assertThat(look(server.getLocalPort(), Duration.ZERO).outcome()).isEqualTo(Outcome.SKIPPED);
    }
  }

  private static Finding look(int port, Duration ahead) {
    InstantSource clock = () -> Instant.now().plus(ahead);
    return new ClockLook(
            new Endpoint(
                URI.create("http://127.0.0.1:" + port + "/base"),
                Optional.empty(),
                "",
                "why it matters"),
            clock)
        .look();
  }
}
