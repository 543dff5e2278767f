package dev.postern.sidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The example configs, and the shortest way to parse a changed one. */
final class ConfigFixtures {
  static final Path FOLDER = Path.of("/etc/postern");
  static final Path FILE = Path.of("postern.yaml");

  private ConfigFixtures() {}

  static String full() {
    return resource("full.yaml");
  }

  static String minimal() {
    return resource("minimal.yaml");
  }

  static ConfigResult parse(String yaml) {
    return ConfigLoader.parse(yaml.getBytes(StandardCharsets.UTF_8), FOLDER);
  }

  static ConfigResult.Valid valid(String yaml) {
    ConfigResult result = parse(yaml);
    assertThat(result).as(() -> rendered(result).toString()).isInstanceOf(ConfigResult.Valid.class);
    return (ConfigResult.Valid) result;
  }

  static PosternConfig config(String yaml) {
    return valid(yaml).config();
  }

  /** The errors as they are printed, without the file's name. */
  static List<String> errors(String yaml) {
    return rendered(parse(yaml));
  }

  static List<String> warnings(String yaml) {
    return render(valid(yaml).warnings());
  }

  /** Replaces what must be there, so that a changed example cannot make a test vacuous. */
  static String changed(String yaml, String from, String to) {
    assertThat(yaml).contains(from);
    return yaml.replace(from, to);
  }

  private static List<String> rendered(ConfigResult result) {
    return switch (result) {
      case ConfigResult.Valid _ -> List.of();
      case ConfigResult.Invalid invalid -> render(invalid.errors());
    };
  }

  private static List<String> render(List<ConfigProblem> problems) {
    return problems.stream()
        .map(problem -> problem.render(FILE).replaceFirst("^postern.yaml:", "").strip())
        .toList();
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(ConfigFixtures.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
