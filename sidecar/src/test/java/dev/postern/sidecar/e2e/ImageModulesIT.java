package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The modules that the image's JDK is made of, against the classes of the build: a library that
 * wants another one is to be seen before the image ends with a class that is not there.
 */
class ImageModulesIT {
  private static final Path DEPLOY = Path.of("..", "deploy", "image").toAbsolutePath().normalize();

  @TempDir private Path directory;

  @Test
  void imageHasTheModulesThatAreUsedAndNoOthers() {
    Program checked = check(DEPLOY.resolve("modules"));

    assertThat(checked.exit()).as(checked.err()).isZero();
  }

  @Test
  void moduleTooFewAndOneTooManyAreNamed() throws IOException {
    String modules = Files.readString(DEPLOY.resolve("modules"));
    Path other = directory.resolve("modules");
    Files.writeString(other, modules.replace("java.net.http\n", "java.smartcardio\n"));

    Program checked = check(other);

    assertThat(checked.exit()).isEqualTo(1);
    assertThat(checked.err())
        .contains(
            "does not name java.net.http, which is used",
            "dev.postern.mailgun",
            "names java.smartcardio, which nothing uses");
  }

  private Program check(Path modules) {
    Path layout =
        Program.layout()
            .orElseThrow(
                () -> new AssertionError("the tests do not run on what the build laid out"));
    return Program.start(
        directory,
        Optional.empty(),
        List.of(DEPLOY.resolve("check-modules").toString(), layout.toString(), modules.toString()),
        Map.of("JAVA_HOME", System.getProperty("java.home")));
  }
}
