package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code coordination} costs those who do not want it, and asks of those who do. */
class CoordinationIT {
  private static final String DOMAIN = "alone.example.com";

  @TempDir private Path directory;
  private final MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();

  @SuppressWarnings("NullAway.Init")
  private Installation installation;

  @BeforeEach
  void create() {
    installation = Installation.create(directory, provider, DOMAIN);
  }

  @AfterEach
  void close() {
    installation.close();
    provider.close();
  }

  @Test
  void agentAloneLoadsNothingOfKubernetes() {
    Path loaded = directory.resolve("classes.log");
    Program agent =
        installation.agentWithFlags(
            List.of("-Xlog:class+load=info:file=" + loaded + ":none:filecount=0"));
    agent.said("agent started");
    Eventually.isTrue(() -> "it serves", installation::serves);
    assertThat(installation.rotate("--compromised").exit()).isZero();

    assertThat(agent.terminate()).isZero();
    assertThat(Installation.read(loaded))
        .contains("dev.postern.sidecar.coordination.Alone ")
        .doesNotContain("io.fabric8")
        .doesNotContain("dev.postern.kubernetes")
        .doesNotContain("dev.postern.sidecar.coordination.FleetCoordination");
  }

  @Test
  void podThatDoesNotTellItsNameIsToldHowTo() {
    installation.writeConfig(config -> config + "coordination: {type: kubernetes}\n");

    Program agent = installation.agentIn(Map.of("POD_NAME", ""), installation.config());

    assertThat(agent.exit()).isEqualTo(1);
    assertThat(agent.err())
        .contains("needs the environment variable POD_NAME")
        .contains("fieldRef metadata.name");
  }
}
