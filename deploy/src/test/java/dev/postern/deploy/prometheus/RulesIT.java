package dev.postern.deploy.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules under promtool; and its tests of them, under rules that are wrong. */
class RulesIT {
  @TempDir private Path directory;

  @BeforeAll
  static void promtool() {
    Promtool.assumeInstalled();
  }

  @Test
  void promtoolFindsNothingWrongWithTheRules() {
    Promtool check = Promtool.check(RuleFile.RULES);

    assertThat(check.exit()).as(check.said()).isZero();
    assertThat(check.said()).contains("SUCCESS: " + RuleFile.rules().size() + " rules found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts-test.yaml", "slo-test.yaml"})
  void rulesDoWhatTheirTestsSay(String tests) {
    Promtool test = Promtool.test(RuleFile.TESTS.resolve(tests));

    assertThat(test.exit()).as(test.said()).isZero();
  }

  static List<String> alerts() {
    return RuleFile.alertNames();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertThatNeverFiresIsNoticed(String alert) throws IOException {
    assertNoticed(alert, with("expr", "vector(1) > 2"));
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertThatDoesNotWaitIsNoticed(String alert) throws IOException {
    assertNoticed(alert, with("for", "0s"));
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertThatWaitsAMinuteTooLongIsNoticed(String alert) throws IOException {
    String wait =
        RuleFile.alerts().stream()
            .filter(one -> one.text("alert").equals(alert))
            .map(one -> one.text("for"))
            .findFirst()
            .orElseThrow();
    int number = Integer.parseInt(wait.substring(0, wait.length() - 1));
    int minutes = wait.endsWith("h") ? number * 60 : number;
    assertNoticed(alert, with("for", minutes + 1 + "m"));
  }

  private static UnaryOperator<Map<Object, Object>> with(String member, String value) {
    return rule -> {
      rule.put(member, value);
      return rule;
    };
  }

  private void assertNoticed(String alert, UnaryOperator<Map<Object, Object>> wrong)
      throws IOException {
    Path rules =
        Files.writeString(directory.resolve("wrong.yaml"), RuleFile.withAlert(alert, wrong));
    assertThat(Promtool.check(rules).exit()).isZero();
    Path tests = Files.writeString(directory.resolve("test.yaml"), RuleFile.testsOf(alert, rules));

    Promtool test = Promtool.test(tests);

    assertThat(test.exit()).as(test.said()).isNotZero();
    assertThat(test.said()).contains("alertname: " + alert).doesNotContain("parse error");
  }
}
