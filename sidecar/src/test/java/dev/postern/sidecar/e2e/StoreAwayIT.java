package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that is not there when the agent starts, as the folder that a container engine puts where
 * a file could not be mounted: the agent comes up, says so, and recovers without a restart.
 */
class StoreAwayIT {
  private static MailgunSimulator provider;
  private static final String BREAKER = "postern_store_breaker_open{store=\"embedded\"}";
  private static final int UNREACHABLE = 4;

  @TempDir private Path directory;
  private Installation installation;
  private Path aside;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @BeforeEach
  void install() {
    installation = Installation.create(directory, provider, "away.example.com");
    aside = directory.resolve("store.aside.age");
  }

  @AfterEach
  void close() throws IOException {
    if (Files.exists(aside)) {
      bringBack();
    }
    installation.close();
  }

  @AfterAll
  static void closeProvider() {
    provider.close();
  }

  private void takeAway() throws IOException {
    Files.move(installation.storeFile(), aside);
    Files.createDirectory(installation.storeFile());
  }

  private void bringBack() throws IOException {
    Files.delete(installation.storeFile());
    Files.move(aside, installation.storeFile());
  }

  @Test
  void agentComesUpNotReadySaysSoAndRecoversWithoutARestart() throws IOException {
    takeAway();

    Program agent = installation.agent();
    Management management = installation.management(agent);
    agent.said("cannot refresh");
    assertThat(management.ask("/health/live").status()).isEqualTo(200);
    Eventually.isTrue(() -> "asked once", () -> management.ask("/health/startup").status() == 200);
    assertThat(management.ask("/health/ready"))
        .satisfies(ready -> assertThat(ready.status()).isEqualTo(503))
        .satisfies(ready -> assertThat(ready.body()).contains("\"sending-key\":\"empty\""));
    assertThat(installation.cli("get", "sending-key").exit()).isEqualTo(UNREACHABLE);
    assertThat(installation.cli("refresh", "sending-key").exit()).isEqualTo(UNREACHABLE);
    assertThat(installation.rotate().exit()).isEqualTo(UNREACHABLE);
    agent.said("the store does not answer");
    Eventually.isTrue(() -> "a gauge", () -> management.metric(BREAKER) == 1.0);
    assertThat(management.ask("/health/ready").body())
        .contains("\"embedded\":\"unreachable since 2");
    assertThat(installation.cli("status").out())
        .contains("store embedded: unreachable since 2", "could not be read");

    bringBack();

    agent.said("the store answers again");
    Eventually.isTrue(() -> "the secret is served", () -> installation.serves());
    assertThat(management.ask("/health/ready").status()).isEqualTo(200);
    assertThat(management.metric(BREAKER)).isZero();
    assertThat(installation.cli("status").out()).doesNotContain("unreachable");
    assertThat(installation.cli("refresh", "sending-key").exit()).isZero();
    assertThat(installation.rotate("--compromised").exit()).isZero();
  }

  @Test
  void refreshServesWhatWasPutIntoTheStoreJustNow() {
    installation.writeConfig(text -> text.replace("refresh: 1s", "refresh: 30m"));
    installation.agent();
    Eventually.isTrue(() -> "the secret is served", () -> installation.serves());
    String before = installation.storedKey().version();
    assertThat(installation.cli("refresh", "sending-key").out())
        .isEqualTo("sending-key: version " + before + ", primary, as before\n");

    installation.local("a new key\n", "put", Installation.PATH, "--field", "api_key");
    installation.canary().watch("the new key", "a new key");

    String now = installation.storedKey().version();
    assertThat(installation.cli("refresh", "sending-key").out())
        .isEqualTo("sending-key: version " + now + ", primary, new\n");
    assertThat(installation.cli("refresh", "sending-key", "--json").out())
        .contains("\"version\":\"" + now + "\"", "\"changed\":false");
    assertThat(installation.cli("refresh", "nobody").exit()).isEqualTo(3);
  }
}
