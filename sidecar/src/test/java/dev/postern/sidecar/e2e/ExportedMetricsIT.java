package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rules and the dashboard ask for is what an agent exports: a new name breaks this. */
class ExportedMetricsIT {
  @TempDir private Path directory;
  @TempDir private Path outside;
  private final MailgunSimulator provider = MailgunSimulator.builder().start();
  private Installation installation;
  private List<Selector.Sample> samples = List.of();

  @BeforeEach
  void rotateOnce() throws IOException {
    Path secrets = Files.createDirectory(outside.resolve("secrets"));
    installation = Installation.create(directory, provider, "exported.example.com");
    installation.writeConfig(
        text ->
            text.replace("grace: 1s}", "grace: 1s, max-age: 30d}")
                .replace(
                    "    consumers:",
                    "    files: [{path: %s/key, mode: \"0440\"}]\n    consumers:"
                        .formatted(secrets)));
    Management management = installation.management(installation.agent());
    assertThat(installation.rotate("--compromised").exit()).isZero();
    RawClient.get(installation.socket(), "/v1/secrets/sending-key");
    samples = Selector.samples(management.metrics());
  }

  @AfterEach
  void close() {
    installation.close();
    provider.close();
  }

  private static Stream<String> expressions() {
    return Stream.concat(
        Deployed.ruleExpressions().stream(), Deployed.dashboardExpressions().stream());
  }

  @Test
  void everyMetricAndEveryLabelOfTheRulesAndTheDashboardIsExported() {
    List<Selector> selectors = expressions().flatMap(text -> Selector.in(text).stream()).toList();

    assertThat(selectors).hasSizeGreaterThan(50);
    assertThat(selectors)
        .allSatisfy(
            selector ->
                assertThat(samples)
                    .as("%s: what is exported of it is %s", selector, exported(selector.metric()))
                    .anyMatch(selector::selects));
  }

  @Test
  void whatIsGroupedByIsALabelOfWhatIsGrouped() {
    assertThat(expressions().filter(text -> !Selector.in(text).isEmpty()))
        .allSatisfy(
            text ->
                assertThat(labelsOf(text))
                    .as(text)
                    .containsAll(Selector.groupings(text))
                    .isNotEmpty());
  }

  /** A metric that is on no panel and in no rule is one that nobody would miss. */
  @Test
  void everyMetricThatIsExportedIsShownSomewhere() {
    Set<String> used =
        expressions()
            .flatMap(text -> Selector.in(text).stream())
            .map(selector -> selector.metric().replaceAll("_(sum|count|bucket)$", ""))
            .collect(Collectors.toSet());

    assertThat(samples)
        .extracting(sample -> sample.metric().replaceAll("_(sum|count|bucket|max)$", ""))
        .allSatisfy(metric -> assertThat(used).contains(metric));
  }

  @Test
  void aNameOrALabelThatIsNotExportedIsNoticed() {
    assertThat(
            Stream.of(
                "sum by (secret) (postern_consumers_laging)",
                "postern_rotations_total{outcome=\"finished\"}",
                "postern_rotations_total{result=\"done\"}",
                "postern_time_to_revoke_seconds_bucket{le=\"61.0\"}"))
        .allSatisfy(
            text ->
                assertThat(Selector.in(text))
                    .singleElement()
                    .satisfies(selector -> assertThat(samples).noneMatch(selector::selects)));
  }

  private List<String> exported(String metric) {
    return samples.stream()
        .filter(sample -> sample.metric().equals(metric))
        .map(sample -> sample.labels().toString())
        .toList();
  }

  private Set<String> labelsOf(String expression) {
    Set<String> asked =
        Selector.in(expression).stream().map(Selector::metric).collect(Collectors.toSet());
    return Stream.concat(
            Selector.TARGET_LABELS.stream(),
            samples.stream()
                .filter(sample -> asked.contains(sample.metric()))
                .flatMap(sample -> sample.labels().keySet().stream()))
        .collect(Collectors.toSet());
  }
}
