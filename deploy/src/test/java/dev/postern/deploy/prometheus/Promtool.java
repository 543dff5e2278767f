package dev.postern.deploy.prometheus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Prometheus's own checker of rules (Debian package prometheus).
 *
 * @param exit 0 when it found nothing wrong
 * @param said all that it printed
 */
record Promtool(int exit, String said) {

  /** Skips the test, or fails it where the programs are required, when it is not installed. */
  static void assumeInstalled() {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    if (!installed && Boolean.getBoolean("postern.programs.required")) {
      throw new AssertionError("promtool is required and not installed (Debian's prometheus)");
    }
    Assumptions.assumeTrue(installed, "promtool is not installed");
  }

  static Promtool check(Path rules) {
    return run("check", "rules", rules.toString());
  }

  static Promtool test(Path test) {
    return run("test", "rules", test.toString());
  }

  private static Promtool run(String... arguments) {
    List<String> line = new ArrayList<>(List.of("promtool"));
    line.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Promtool(process.waitFor(), said);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
