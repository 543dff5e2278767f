package dev.postern.deploy.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is true of the dashboard as a text. */
class DashboardTest {
  private static final int GRID_WIDTH = 24;

  @Test
  void dashboardIsOneThatGrafanaTakesAndAsksForItsDataSource() {
    Yaml dashboard = Dashboard.read();

    assertThat(dashboard.text("uid")).isEqualTo("postern");
    assertThat(Integer.parseInt(dashboard.text("schemaVersion"))).isGreaterThanOrEqualTo(36);
    assertThat(dashboard.in("templating").each("list"))
        .extracting(variable -> variable.text("name"))
        .containsExactly("datasource", "namespace", "installation", "secret");
    assertThat(Dashboard.panels())
        .allSatisfy(
            panel -> {
              assertThat(panel.in("datasource").text("uid")).isEqualTo("${datasource}");
              assertThat(panel.each("targets"))
                  .isNotEmpty()
                  .allSatisfy(
                      target ->
                          assertThat(target.in("datasource").text("uid"))
                              .isEqualTo("${datasource}"));
            });
  }

  @Test
  void rowsGoFromMailToTheAgent() {
    assertThat(Dashboard.read().each("panels"))
        .filteredOn(panel -> panel.text("type").equals("row"))
        .extracting(row -> row.text("title"))
        .containsExactly(
            "Can mail be sent now?",
            "Rotations and time to revoke",
            "Consumers",
            "Stores and issuers",
            "Agents");
  }

  @Test
  void everyPanelHasATitleAnExplanationAndAUnit() {
    List<Yaml> panels = Dashboard.panels();

    assertThat(panels).extracting(panel -> panel.text("title")).doesNotHaveDuplicates();
    assertThat(Dashboard.read().each("panels"))
        .extracting(panel -> panel.text("id"))
        .doesNotHaveDuplicates();
    assertThat(panels)
        .allSatisfy(
            panel -> {
              assertThat(panel.text("title")).matches("[A-Z][^_{}$]+[^.]");
              assertThat(panel.text("description")).endsWith(".");
              assertThat(panel.in("fieldConfig").in("defaults").text("unit"))
                  .isIn(Set.of("none", "s", "percentunit", "reqps", "ops"));
            });
  }

  @Test
  void panelsLieSideBySide() {
    boolean[][] taken = new boolean[GRID_WIDTH][1000];
    for (Yaml panel : Dashboard.read().each("panels")) {
      Yaml place = panel.in("gridPos");
      int left = Integer.parseInt(place.text("x"));
      int top = Integer.parseInt(place.text("y"));
      assertThat(left + Integer.parseInt(place.text("w"))).isLessThanOrEqualTo(GRID_WIDTH);
      for (int x = left; x < left + Integer.parseInt(place.text("w")); x++) {
        for (int y = top; y < top + Integer.parseInt(place.text("h")); y++) {
          assertThat(taken[x][y]).as(panel.text("title")).isFalse();
          taken[x][y] = true;
        }
      }
    }
  }

  @Test
  void everyExpressionIsOfTheChosenInstallations() {
    assertThat(Dashboard.expressions())
        .hasSizeGreaterThan(30)
        .allSatisfy(
            expression ->
                assertThat(expression.text())
                    .as(expression.where())
                    .contains("namespace=~\"$namespace\"", "installation=~\"$installation\""));
  }
}
