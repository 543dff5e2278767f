package dev.postern.deploy.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is true of the rules as a text, and that their tests leave none of them out. */
class RulesTest {
  /** What a person must do something about now; all else can wait for the morning. */
  private static final Set<String> PAGES =
      Set.of("PosternOldKeyNotProvenDead", "PosternSecretStale");

  @Test
  void everyAlertFiresInATestAndDoesNotFireInATest() {
    Map<String, Set<Boolean>> seen = new TreeMap<>();
    for (Yaml one : RuleFile.cases("alert_rule_test")) {
      boolean fires = !one.each("exp_alerts").isEmpty();
      seen.computeIfAbsent(one.text("alertname"), _ -> new TreeSet<>()).add(fires);
    }

    assertThat(seen)
        .isEqualTo(
            RuleFile.alertNames().stream()
                .collect(Collectors.toMap(name -> name, _ -> Set.of(true, false))));
  }

  @Test
  void everyRecordingRuleHasAValueInATest() {
    List<Yaml> cases =
        RuleFile.cases("promql_expr_test").stream()
            .filter(one -> !one.each("exp_samples").isEmpty())
            .toList();

    assertThat(RuleFile.recordNames())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            name ->
                assertThat(cases)
                    .as(name)
                    .anyMatch(one -> one.text("expr").matches("(?s).*\\b" + name + "\\b.*")));
  }

  @Test
  void everyAlertSaysWhatItIsAboutWhatToDoFirstAndWhereItIsWritten() {
    assertThat(RuleFile.alerts())
        .hasSizeGreaterThanOrEqualTo(7)
        .allSatisfy(
            alert -> {
              assertThat(alert.text("alert")).startsWith("Postern");
              assertThat(alert.text("for")).matches("[1-9][0-9]*[mh]");
              Yaml annotations = alert.in("annotations");
              assertThat(annotations.text("summary")).hasSizeLessThan(100).contains("$");
              assertThat(annotations.text("description"))
                  .contains("{{ $labels.installation }}", "First: ");
              assertThat(annotations.text("runbook")).matches("README\\.md#[a-z-]+");
            });
  }

  @Test
  void aPersonIsWokenOnlyForWhatCannotWait() {
    Map<String, String> severities =
        RuleFile.alerts().stream()
            .collect(
                Collectors.toMap(
                    alert -> alert.text("alert"), alert -> alert.in("labels").text("severity")));

    assertThat(severities.values()).containsOnly("page", "ticket");
    assertThat(severities)
        .allSatisfy(
            (name, severity) ->
                assertThat(severity.equals("page")).isEqualTo(PAGES.contains(name)));
  }
}
