package dev.postern.deploy.prometheus;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The alerts and recording rules, and the tests of them that promtool runs. */
final class RuleFile {
  static final Path RULES = Path.of("prometheus", "alerts.yaml");
  static final Path TESTS = Path.of("src", "test", "promtool");

  private RuleFile() {}

  static List<Yaml> rules() {
    return Yaml.read(RULES).each("groups").stream()
        .flatMap(group -> group.each("rules").stream())
        .toList();
  }

  static List<Yaml> alerts() {
    return rules().stream().filter(rule -> rule.has("alert")).toList();
  }

  static List<String> alertNames() {
    return alerts().stream().map(alert -> alert.text("alert")).toList();
  }

  static List<String> recordNames() {
    return rules().stream()
        .filter(rule -> rule.has("record"))
        .map(rule -> rule.text("record"))
        .toList();
  }

  /** The cases of all tests. */
  static List<Yaml> cases(String kind) {
    return List.of("alerts-test.yaml", "slo-test.yaml").stream()
        .flatMap(file -> Yaml.read(TESTS.resolve(file)).each("tests").stream())
        .flatMap(test -> test.each(kind).stream())
        .toList();
  }

  /** The group of an alert, with the alert changed. */
  static String withAlert(String name, UnaryOperator<Map<Object, Object>> change) {
    List<Map<String, Object>> groups =
        Yaml.read(RULES).each("groups").stream()
            .filter(group -> group.each("rules").stream().anyMatch(rule -> is(rule, name)))
            .map(
                group ->
                    Map.<String, Object>of(
                        "name", group.text("name"), "rules", changed(group, name, change)))
            .toList();
    return Yaml.write(Map.of("groups", groups));
  }

  private static boolean is(Yaml rule, String alert) {
    return alert.equals(rule.get("alert"));
  }

  private static List<Map<?, ?>> changed(
      Yaml group, String name, UnaryOperator<Map<Object, Object>> change) {
    return group.each("rules").stream()
        .<Map<?, ?>>map(
            rule ->
                is(rule, name) ? change.apply(new LinkedHashMap<>(rule.members())) : rule.members())
        .toList();
  }

  /** The tests of one alert, under another file of rules. */
  static String testsOf(String alert, Path rules) {
    List<? extends Map<?, ?>> tests =
        Yaml.read(TESTS.resolve("alerts-test.yaml")).each("tests").stream()
            .filter(
                test ->
                    test.each("alert_rule_test").stream()
                        .anyMatch(one -> one.text("alertname").equals(alert)))
            .map(Yaml::members)
            .toList();
    return Yaml.write(
        Map.of(
            "rule_files", List.of(rules.toString()), "evaluation_interval", "1m", "tests", tests));
  }
}
