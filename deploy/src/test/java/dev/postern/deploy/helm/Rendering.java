package dev.postern.deploy.helm;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
    TemplateCommand command =
        new Helm(chart.directory())
            .template()
            .withName("postern")
            .withNamespace("mail")
            .withKubeVersion(kubernetes);
    return withValues(command::withValuesFile, command::call);
  }

  private <T> T withValues(Consumer<Path> taker, Supplier<T> call) {
    List<Path> written = new ArrayList<>();
    try {
      files.forEach(taker);
      for (String yaml : inline) {
        Path file = Files.createTempFile("values", ".yaml");
        written.add(file);
        Files.writeString(file, yaml);
        taker.accept(file);
      }
      return call.get();
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
    InstallCommand command =
        new Helm(chart.directory())
            .install()
            .clientOnly()
            .withDryRunOption(DryRun.CLIENT)
            .withKubeVersion(kubernetes)
            .withName("postern")
            .withNamespace("mail");
    String output = withValues(command::withValuesFile, () -> command.call().getOutput());
    return output.substring(output.indexOf("NOTES:"));
  }

  /** What Helm says when it refuses. */
  String refusal() {
    return String.valueOf(assertThrows(IllegalStateException.class, this::text).getMessage());
  }
}
