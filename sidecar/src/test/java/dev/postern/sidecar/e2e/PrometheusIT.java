package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.Operation;
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

/** A rotation, and one that fails, as a real Prometheus sees them. */
class PrometheusIT {
  private static final int NEEDS_A_PERSON = 5;
  private static final String LEAK = "PosternOldKeyNotProvenDead";

  @TempDir private Path directory;

  /** Apart from the rest, which is searched for secrets. */
  @TempDir private Path outside;

  private final MailgunSimulator provider = MailgunSimulator.builder().start();
  private Installation installation;
  private PrometheusServer prometheus;

  @BeforeEach
  void watch() throws IOException {
    Program.assumeInstalled("prometheus");
    installation = Installation.create(directory, provider, "watched.example.com");
    Management management = installation.management(installation.agent());
    prometheus = PrometheusServer.start(outside, impatientRules(), management.port());
    seen("postern_rotations_total{cause=\"compromised\",outcome=\"done\"}", 0);
    seen("count(postern_secret_info{version=\"2\"})", 1);
  }

  /** As they are, but looked at more often and with no minute of patience for a leak. */
  private Path impatientRules() throws IOException {
    String rules = Files.readString(Deployed.RULES);
    String impatient = rules.replace("interval: 2m", "interval: 1s").replace("for: 1m", "for: 1s");
    assertThat(impatient).contains("interval: 1s", "for: 1s");
    return Files.writeString(outside.resolve("rules.yaml"), impatient);
  }

  @AfterEach
  void close() {
    if (prometheus != null) {
      prometheus.close();
    }
    if (installation != null) {
      installation.close();
    }
    provider.close();
  }

  private void seen(String expression, double value) {
    Eventually.isTrue(
        () -> expression + " at " + value + ", not " + prometheus.query(expression),
        () -> prometheus.value(expression).equals(Optional.of(value)));
  }

  @Test
  void aRotationIsSeenWithItsTimeToRevokeAndItsNewVersion() {
    assertThat(installation.rotate("--compromised").exit()).isZero();

    seen("postern_rotations_total{cause=\"compromised\",outcome=\"done\"}", 1);
    seen("postern_time_to_revoke_seconds_count", 1);
    seen("count(postern_secret_info{version=\"2\"}) or vector(0)", 0);
    seen("count(postern_secret_info{version=\"3\"})", 1);
    seen("installation:postern_leaks_proven_within_60s:ratio30d", 1);
    seen("installation:postern_time_to_revoke_error_budget:burn30d", 0);
    assertThat(
            prometheus.value("installation:postern_time_to_revoke_seconds:p99_30d").orElseThrow())
        .isBetween(0.0, 60.0);
    assertThat(prometheus.value("postern_time_to_revoke_seconds_sum").orElseThrow()).isPositive();
    assertThat(prometheus.firing(LEAK)).isEmpty();
  }

  @Test
  void aLeakThatCannotBeEndedFiresUntilItIsEnded() {
    provider.inject(Operation.CREATE_KEY, new Fault.KeyLimit(0), MailgunSimulator.ALWAYS);
    assertThat(installation.rotate("--compromised", "--deadline", "1s").exit())
        .isEqualTo(NEEDS_A_PERSON);

    Eventually.isTrue(
        () -> LEAK + " in " + prometheus.rules(), () -> prometheus.firing(LEAK).size() == 1);
    assertThat(prometheus.firing(LEAK).getFirst().get("labels"))
        .isEqualTo(
            Map.of(
                "alertname",
                LEAK,
                "severity",
                "page",
                "namespace",
                "mail",
                "installation",
                PrometheusServer.INSTALLATION,
                "secret",
                Installation.SECRET));
    assertThat(String.valueOf(prometheus.firing(LEAK).getFirst().get("annotations")))
        .contains("sending-key of installation prod-eu was flagged as compromised");
    installation.canary().check("the alerts", prometheus.rules().toString());

    provider.clearFaults();
    assertThat(installation.rotate("--compromised").exit()).isZero();
    Eventually.isTrue(() -> "no " + LEAK, () -> prometheus.firing(LEAK).isEmpty());
    seen("installation:postern_leaks_proven_within_60s:ratio30d", 0.5);
  }

  @Test
  void everyRuleAndEveryPanelIsEvaluatedWithoutAnError() {
    assertThat(installation.rotate("--compromised").exit()).isZero();
    seen("postern_time_to_revoke_seconds_count", 1);
    int rules = Deployed.ruleExpressions().size();
    Eventually.isTrue(
        () -> "all rules looked at: " + prometheus.rules(),
        () ->
            prometheus.rules().size() == rules
                && prometheus.rules().stream()
                    .noneMatch(one -> "unknown".equals(one.get("health"))));

    assertThat(prometheus.rules())
        .allSatisfy(
            rule -> {
              assertThat(rule.get("health")).as("%s", rule).isEqualTo("ok");
              assertThat(rule.get("lastError")).isNull();
            });
    List<String> panels = Deployed.dashboardExpressions();
    assertThat(panels).hasSizeGreaterThan(30);
    for (String panel : panels) {
      assertThat(prometheus.query(panel)).as(panel).isNotNull();
    }
    // A rate needs several scrapes before it shows anything.
    Eventually.isTrue(
        () -> "three of four panels show something, not these: " + empty(panels),
        () -> empty(panels).size() < panels.size() / 4);
  }

  private List<String> empty(List<String> panels) {
    return panels.stream().filter(panel -> prometheus.query(panel).isEmpty()).toList();
  }
}
