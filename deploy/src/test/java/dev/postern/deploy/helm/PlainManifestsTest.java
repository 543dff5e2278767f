package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps deploy/kubernetes in step with the chart. With {@code -Dpostern.manifests.write=true} it
 * writes what it would compare with.
 */
class PlainManifestsTest {
  private static final Path DIRECTORY = Path.of("kubernetes");

  @Test
  void thePlainManifestsAreTheChartsToTheByte() throws IOException {
    for (String variant : Chart.VARIANTS) {
      Path file = DIRECTORY.resolve(variant + ".yaml");
      String rendered = heading(variant) + Chart.POSTERN.rendering().variant(variant).text();
      if (Boolean.getBoolean("postern.manifests.write")) {
        Files.writeString(file, rendered);
      }
      assertThat(Files.readString(file))
          .as(file + ": deploy/kubernetes/README.md says how to write it anew")
          .isEqualTo(rendered);
    }
  }

  @Test
  void thereAreNoOthers() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      assertThat(files)
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      Stream.of("README.md"), Chart.VARIANTS.stream().map(name -> name + ".yaml"))
                  .toList());
    }
  }

  @Test
  void theChartHasTheVersionOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]+)</version>.*", "$1");
    List<String> lines = Files.readAllLines(Chart.POSTERN.directory().resolve("Chart.yaml"));
    assertThat(lines).contains("version: " + version, "appVersion: " + version);
  }

  /** What the values file says of itself. */
  private static String heading(String variant) throws IOException {
    return String.join(
            "\n",
            Files.readAllLines(Chart.valuesOf(variant)).stream()
                .takeWhile(line -> line.startsWith("#"))
                .toList())
        + "\n# Rendered from deploy/helm/postern; see README.md.\n";
  }
}
