package dev.postern.sidecar.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.rotation.Receipt;
import dev.postern.rotation.Step;
import dev.postern.sidecar.http.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class PromtoolIT {
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

  @Test
  void promtoolFindsNothingToSayOfTheMetrics() throws IOException, InterruptedException {
    if (!Boolean.getBoolean("postern.programs.required")) {
      Assumptions.assumeTrue(
          Files.isExecutable(PROMTOOL), "promtool is not installed (Debian package prometheus)");
    }
    MetricsFixture fixture = new MetricsFixture();
    fixture.publish("7");
    fixture.fetch("7");
    fixture.metrics.socket().answered(Route.SECRET, 200, 1000);
    fixture.metrics.stores().time("prod", "head", () -> "fine");
    fixture.metrics.issuers().time("mailgun", "issue", () -> "fine");
    fixture.rotations.rotationStarted(MetricsFixture.SECRET);
    fixture.rotations.stepFinished(Step.ISSUE, Duration.ofSeconds(1));
    fixture.rotations.rotationEnded(MetricsFixture.receipt(Receipt.DONE));
    String text = fixture.metrics.scrape();

    Process promtool =
        new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
            .redirectErrorStream(true)
            .start();
    try (OutputStream input = promtool.getOutputStream()) {
      input.write(text.getBytes(StandardCharsets.UTF_8));
    }
    String said =
        new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int exit = promtool.waitFor();

    assertThat(said).as(text).isEmpty();
    assertThat(exit).isZero();
    assertThat(text.lines().filter(line -> line.startsWith("# TYPE postern_")).count())
        .as("families in what was checked")
        .isGreaterThanOrEqualTo(15);
  }
}
