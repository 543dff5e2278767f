package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.http.IoLoop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeakCanaryTest {

  @Test
  void nothingThatIsLoggedHoldsTheSecret() {
    PrintStream before = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try (SocketFixture fixture = new SocketFixture(SocketFixture.QUICK, Set.of(), IoLoop.start())) {
      RawClient.get(fixture.path, "/v1/secrets/sending-key");
      RawClient.get(fixture.path, "/v1/secrets/forbidden");
      RawClient.get(
          fixture.path,
          "/v1/secrets/"
              + SocketFixture.CANARY.toUpperCase(java.util.Locale.ROOT).concat("%0aforged"));
      try (RawClient client = fixture.client()) {
        client.request(
            "PUT",
            "/v1/secrets/sending-key/ack",
            "{\"version\":\"" + SocketFixture.CANARY + " \"}");
        client.send("GET / " + SocketFixture.CANARY + "\r\n\r\n").answer();
      }
    } finally {
      System.setErr(before);
    }
    String log = captured.toString(StandardCharsets.UTF_8);
    assertThat(log)
        .contains("allowed", "denied", "secret=sending-key", "version=7", "secret=forbidden")
        .contains("uid=" + SocketFixture.UID)
        .doesNotContain(SocketFixture.CANARY)
        .doesNotContain("\nforged");
  }
}
