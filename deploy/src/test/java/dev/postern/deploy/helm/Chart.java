package dev.postern.deploy.helm;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Helm chart in a folder. */
record Chart(Path directory) {
  /** The chart as it is in the repository; tests run in the module's folder. */
  static final Chart POSTERN = new Chart(Path.of("helm/postern"));

  /** The values files of the chart's folder {@code ci}, by what comes before "-values.yaml". */
  static final List<String> VARIANTS =
      List.of("aws-irsa", "aws-pod-identity", "vault-kubernetes", "conjur-jwt", "job");

  static Path valuesOf(String variant) {
    return POSTERN.directory.resolve("ci").resolve(variant + "-values.yaml");
  }

  Chart copyTo(Path target) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(directory.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      return new Chart(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Rendering rendering() {
    return new Rendering(this);
  }

  List<String> lint() {
    return new Helm(directory).lint().strict().call().getMessages();
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
