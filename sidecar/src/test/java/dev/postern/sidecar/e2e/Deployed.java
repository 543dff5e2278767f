package dev.postern.sidecar.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is deployed for Prometheus and Grafana, as far as it asks for metrics. */
final class Deployed {
  static final Path RULES = Path.of("../deploy/prometheus/alerts.yaml");
  private static final Path DASHBOARD = Path.of("../deploy/grafana/postern.json");

  private Deployed() {}

  static List<String> ruleExpressions() {
    List<String> all = new ArrayList<>();
    collect(read(RULES), all);
    return all;
  }

  /** As Grafana sends them when everything is chosen. */
  static List<String> dashboardExpressions() {
    List<String> all = new ArrayList<>();
    collect(read(DASHBOARD), all);
    return all.stream()
        .map(text -> text.replaceAll("\\$(namespace|installation|secret)\\b", ".*"))
        .map(text -> text.replace("$__rate_interval", "5m"))
        .toList();
  }

  /** JSON is YAML. */
  private static Object read(Path file) {
    return Objects.requireNonNull(
        new Load(LoadSettings.builder().build()).loadFromString(Installation.read(file)));
  }

  private static void collect(Object tree, List<String> into) {
    switch (tree) {
      case Map<?, ?> map ->
          map.forEach(
              (name, value) -> {
                if ("expr".equals(name)) {
                  into.add(String.valueOf(value));
                } else if (value != null) {
                  collect(value, into);
                }
              });
      case List<?> list -> list.forEach(one -> collect(one, into));
      default -> {}
    }
  }
}
