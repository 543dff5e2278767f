package dev.postern.deploy.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every expression of the dashboard under promtool, as if each were a recording rule. */
class DashboardIT {
  @TempDir private Path directory;

  @BeforeAll
  static void promtool() {
    Promtool.assumeInstalled();
  }

  private Promtool check(List<String> expressions) throws IOException {
    List<Map<String, String>> rules =
        IntStream.range(0, expressions.size())
            .mapToObj(i -> Map.of("record", "expression:" + i, "expr", expressions.get(i)))
            .toList();
    String text =
        Yaml.write(Map.of("groups", List.of(Map.of("name", "dashboard", "rules", rules))));
    return Promtool.check(Files.writeString(directory.resolve("dashboard.yaml"), text));
  }

  @Test
  void promtoolUnderstandsEveryExpression() throws IOException {
    List<String> expressions =
        Dashboard.expressions().stream().map(Dashboard.Expression::resolved).toList();
    assertThat(expressions).noneMatch(text -> text.contains("$"));

    Promtool check = check(expressions);

    assertThat(check.exit()).as(check.said()).isZero();
    assertThat(check.said()).contains("SUCCESS: " + expressions.size() + " rules found");
  }

  @Test
  void anExpressionThatIsWrongIsNoticed() throws IOException {
    assertThat(check(List.of("sum by (secret) (postern_consumers{)")).exit()).isNotZero();
  }
}
