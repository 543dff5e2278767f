package dev.postern.deploy.helm;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One `helm template`: release postern in the namespace mail. Helm itself does it, in this process.
 */
final class Rendering {
  private final Chart chart;
  private final List<Path> files = new ArrayList<>();
  private final List<String> inline = new ArrayList<>();
  private String kubernetes = "1.33.0";

  Rendering(Chart chart) {
    this.chart = chart;
  }

  Rendering variant(String name) {
    files.add(Chart.valuesOf(name));
    return this;
  }

  /** Values in YAML, over those given before. */
  Rendering values(String yaml) {
    inline.add(yaml);
    return this;
  }

  Rendering kubernetes(String version) {
    kubernetes = version;
    return this;
  }

  Manifests manifests() {
    return Manifests.parse(text());
  }

  String text() {
    List<Path> written = new ArrayList<>();
    try {
      TemplateCommand command =
          new Helm(chart.directory())
              .template()
              .withName("postern")
              .withNamespace("mail")
              .withKubeVersion(kubernetes);
      files.forEach(command::withValuesFile);
      for (String yaml : inline) {
        Path file = Files.createTempFile("values", ".yaml");
        written.add(file);
        Files.writeString(file, yaml);
        command.withValuesFile(file);
      }
      return command.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      for (Path file : written) {
        file.toFile().delete();
      }
    }
  }

  /** What Helm prints after an installation. */
  String notes() {
    String output =
        new Helm(chart.directory())
            .install()
            .clientOnly()
            .withDryRunOption(DryRun.CLIENT)
            .withKubeVersion(kubernetes)
            .withName("postern")
            .withNamespace("mail")
            .withValuesFile(files.getFirst())
            .call()
            .getOutput();
    return output.substring(output.indexOf("NOTES:"));
  }

  /** What Helm says when it refuses. */
  String refusal() {
    return String.valueOf(assertThrows(IllegalStateException.class, this::text).getMessage());
  }
}
