package dev.postern.deploy.prometheus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The dashboard, as Grafana reads it. */
final class Dashboard {
  private static final Path FILE = Path.of("grafana", "postern.json");

  private Dashboard() {}

  /**
   * An expression.
   *
   * @param where the title of its panel, or the name of what else it belongs to
   */
  record Expression(String where, String text) {

    /** As Grafana sends it, when everything is chosen and the interval is five minutes. */
    String resolved() {
      return text.replaceAll("\\$(namespace|installation|secret)\\b", ".*")
          .replace("$__rate_interval", "5m");
    }
  }

  static Yaml read() {
    return Yaml.read(FILE);
  }

  /** All but the titles of rows. */
  static List<Yaml> panels() {
    return read().each("panels").stream()
        .filter(panel -> !panel.text("type").equals("row"))
        .toList();
  }

  static List<Expression> expressions() {
    List<Expression> all = new ArrayList<>();
    for (Yaml panel : panels()) {
      for (Yaml target : panel.each("targets")) {
        all.add(new Expression(panel.text("title"), target.text("expr")));
      }
    }
    for (Yaml annotation : read().in("annotations").each("list")) {
      all.add(new Expression(annotation.text("name"), annotation.text("expr")));
    }
    return all;
  }
}
