package dev.postern.sidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README and {@code deploy} show is what the loader takes. */
final class DocumentedConfigTest {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void configInTheReadmeIsValidWithoutAWarning() throws IOException {
    Matcher block = YAML.matcher(Files.readString(CHECKOUT.resolve("README.md")));
    assertThat(block.find()).isTrue();
    Path file = Files.writeString(directory.resolve("postern.yaml"), block.group(1));
    assertValid(file);
  }

  @Test
  void configInDeployIsValidWithoutAWarning() {
    assertValid(CHECKOUT.resolve("deploy/config/postern.yaml"));
  }

  private static void assertValid(Path file) {
    ConfigResult result = ConfigLoader.load(file);
    List<String> problems =
        switch (result) {
          case ConfigResult.Invalid invalid ->
              invalid.errors().stream().map(problem -> problem.render(file)).toList();
          case ConfigResult.Valid valid ->
              valid.warnings().stream().map(problem -> problem.render(file)).toList();
        };
    assertThat(problems).isEmpty();
  }
}
