package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.RawClient;
import dev.postern.sidecar.socketmap.NetstringClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many peers that ask and never read, at each server of a running agent: they take neither its
 * memory nor its time from whoever reads.
 */
@Timeout(60)
class DeafPeersIT {
  private static final int PEERS = 240;

  /** With 64 KB each they would take twice the memory that the agent has for buffers. */
  private static final int MANY = 900;

  /** The management server has fewer places, and longer answers. */
  private static final int SCRAPERS = 30;

  /** Files that the agent opens when something is asked for the first time. */
  private static final int OWN_FILES = 20;

  private static final String SECRET = "GET /v1/secrets/sending-key HTTP/1.1\r\n\r\n";
  private static final String NOWHERE = "GET / HTTP/1.1\r\n\r\n";

  @TempDir private static Path directory;
  private static MailgunSimulator provider;
  private static Installation installation;
  private static Program agent;

  @BeforeAll
  static void start() {
    provider = MailgunSimulator.builder().start();
    installation = Installation.create(directory, provider, "deaf.example.com");
    // As it is shipped, be it run from there or not: what does not fit ends it.
    installation.agentsNeed(List.of("-Xmx32m", "-Xmn4m", "-XX:+ExitOnOutOfMemoryError"));
    installation.writeConfig(
        text ->
            text.replace("\"0660\"}", "\"0660\", max-connections-per-peer: 1000}")
                + "socketmap: {path: map.sock}\n");
    agent = installation.agent();
  }

  @AfterAll
  static void close() {
    installation.close();
    provider.close();
  }

  @Test
  void whoeverReadsIsServedWhileManyDoNotReadTheirSecrets() {
    readersAreServedDespite(unix("p.sock"), PEERS, SECRET);
  }

  @Test
  void whoeverReadsIsServedWhileManyDoNotReadWhyTheyAreRefused() {
    readersAreServedDespite(unix("p.sock"), MANY, NOWHERE);
  }

  @Test
  void whoeverReadsIsServedWhileManyAskMoreBehindAWait() {
    String wait = SECRET.replace(" HTTP", "?wait=2s HTTP");
    readersAreServedDespite(unix("p.sock"), PEERS, wait + NOWHERE.repeat(5000));
  }

  @Test
  void whoeverReadsIsServedWhileManyDoNotReadWhatTheyLookUp() {
    readersAreServedDespite(unix("map.sock"), PEERS, "1:x,");
  }

  @Test
  void whoeverReadsIsServedWhileManyDoNotReadTheMetrics() {
    int port = installation.management(agent).port();
    readersAreServedDespite(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        SCRAPERS,
        "GET /metrics HTTP/1.1\r\n\r\n");
  }

  private static SocketAddress unix(String name) {
    return UnixDomainSocketAddress.of(directory.resolve(name));
  }

  private static void readersAreServedDespite(SocketAddress server, int peers, String request) {
    long before = descriptors();
    try (RawClient kept = RawClient.connect(installation.socket());
        NetstringClient table = NetstringClient.connect(directory.resolve("map.sock"));
        DeafPeers deaf = new DeafPeers(server, peers, request)) {
      long all = 0;
      long taken;
      do {
        taken = deaf.ask();
        all += taken;
        assertThat(kept.get("/v1/secrets/sending-key").status()).isEqualTo(200);
        assertThat(RawClient.get(installation.socket(), "/v1/secrets").status()).isEqualTo(200);
        assertThat(table.ask("x")).startsWith("PERM ");
        assertThat(installation.management(agent).ask("/health/live").status()).isEqualTo(200);
      } while (taken > 0);
      assertThat(all / peers).as("bytes taken from each").isGreaterThan(10_000);
    }
    Eventually.isTrue(
        () -> "the agent has as many files open as before, " + before + ": " + descriptors(),
        () -> descriptors() <= before + OWN_FILES);
    assertThat(agent.isAlive()).isTrue();
    assertThat(agent.out() + agent.err()).doesNotContain("ERROR", "OutOfMemoryError");
  }

  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + agent.pid() + "/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
