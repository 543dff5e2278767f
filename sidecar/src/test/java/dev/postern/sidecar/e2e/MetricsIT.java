package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running agent tells those who watch over it. */
class MetricsIT {
  @TempDir private Path directory;
  private final MailgunSimulator provider = MailgunSimulator.builder().start();
  private Installation installation;

  @BeforeEach
  void install() {
    installation = Installation.create(directory, provider, "metrics.example.com");
  }

  @AfterEach
  void close() {
    installation.close();
    provider.close();
  }

  @Test
  void promtoolFindsNothingToSayAfterARotation() throws IOException {
    Program.assumeInstalled("promtool");
    Management management = installation.management(installation.agent());
    RawClient.get(installation.socket(), "/v1/secrets/no-such-secret");
    assertThat(installation.rotate("--compromised").exit()).isZero();
    RawClient.get(installation.socket(), "/v1/secrets/sending-key");
    Path metrics = Files.writeString(directory.resolve("metrics.txt"), management.metrics());

    Program promtool =
        Program.start(
            directory.resolve("outputs"),
            Optional.of(metrics),
            List.of("promtool", "check", "metrics"),
            Map.of());

    assertThat(promtool.exit()).as(promtool.err()).isZero();
    assertThat(promtool.out() + promtool.err()).isEmpty();
  }

  @Test
  void rotationAndItsConsumersAreCounted() {
    Management management = installation.management(installation.agent());
    assertThat(management.metric("postern_secret_changes_total{secret=\"sending-key\"}")).isZero();

    assertThat(installation.rotate("--compromised").exit()).isZero();
    RawClient.get(installation.socket(), "/v1/secrets/sending-key");

    assertThat(management.metrics())
        .contains(
            "postern_secret_info{kind=\"mailgun-sending-key\",secret=\"sending-key\","
                + "store=\"embedded\",version=\"3\"} 1",
            "postern_rotations_total{cause=\"compromised\",outcome=\"done\",secret=\"sending-key\"}"
                + " 1",
            "postern_time_to_revoke_seconds_count{secret=\"sending-key\"} 1",
            "postern_rotation_in_progress{secret=\"sending-key\"} 0",
            "postern_consumers{holds=\"current\",secret=\"sending-key\"} 1",
            "postern_consumers_lagging{secret=\"sending-key\"} 0",
            "postern_secret_state{secret=\"sending-key\",state=\"primary\"} 1",
            "postern_build_info{")
        .containsPattern("postern_rotation_step_seconds_count\\{step=\"prove\"} 1")
        .containsPattern(
            "postern_store_requests_seconds_count\\{[^}]*operation=\"promote\"[^}]*} 1")
        .containsPattern(
            "postern_issuer_requests_seconds_count\\{[^}]*operation=\"create\"[^}]*} 1")
        .containsPattern(
            "postern_socket_requests_seconds_count\\{route=\"[^\"]+\",status=\"200\"} [1-9]");
  }

  @Test
  void agentWhoseStoreNeverAnsweredIsAliveAndNotReady() {
    installation.writeConfig(text -> text.replace("path: mail/sending", "path: mail/typo"));

    Management management = installation.management(installation.agent());

    Eventually.isTrue(
        () -> management.ask("/health/startup").body(),
        () -> management.ask("/health/startup").status() == 200);
    assertThat(management.ask("/health/live").status()).isEqualTo(200);
    assertThat(management.ask("/health/ready"))
        .satisfies(ready -> assertThat(ready.status()).isEqualTo(503))
        .satisfies(ready -> assertThat(ready.body()).contains("\"sending-key\":\"empty\""));
    assertThat(RawClient.get(installation.socket(), "/v1/secrets/sending-key").status())
        .isEqualTo(503);
    assertThat(installation.cli("status").out()).contains("mail/typo");
  }

  @Test
  void leakCanaryBites() throws IOException {
    Path file = directory.resolve("outputs").resolve("careless.log");
    Files.writeString(file, "key=" + installation.oldKey().exposeSecret());

    assertThatThrownBy(installation::checkNothingLeaked).hasMessageContaining("careless.log");

    Files.delete(file);
  }
}
