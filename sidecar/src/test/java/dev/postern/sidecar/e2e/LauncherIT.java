package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/postern} in a copy of what the build laid out, as it stands in the image: there it has
 * no sources to build from.
 */
class LauncherIT {
  private static final Path LAUNCHER = Path.of("bin", "postern").toAbsolutePath();

  @TempDir private Path directory;
  private Path launcher;
  private final List<Path> links = new ArrayList<>();
  private final List<Program> programs = new ArrayList<>();

  @BeforeEach
  void layOut() throws IOException {
    Path home = Files.createDirectory(directory.resolve("home"));
    Path bin = Files.createDirectory(home.resolve("bin"));
    launcher = Files.copy(LAUNCHER, bin.resolve("postern"), StandardCopyOption.COPY_ATTRIBUTES);
    Path layout =
        Program.layout()
            .orElseThrow(
                () -> new AssertionError("the tests do not run on what the build laid out"));
    for (String part : List.of("postern.jar", "lib", "native", "jvm.options", "release")) {
      links.add(Files.createSymbolicLink(home.resolve(part), layout.resolve(part)));
    }
    for (String cache : List.of("postern.aot", "run.aot")) {
      if (Files.exists(layout.resolve(cache))) {
        links.add(Files.createSymbolicLink(home.resolve(cache), layout.resolve(cache)));
      }
    }
  }

  @AfterEach
  void close() throws IOException {
    programs.forEach(Program::close);
    // JUnit warns of links that lead out of its folder.
    for (Path link : links) {
      Files.delete(link);
    }
  }

  @Test
  void versionIsTheOneOfTheBuild() {
    Program version = launch(launcher, Map.of(), "--version");

    assertThat(version.exit()).as(version.err()).isZero();
    assertThat(version.out()).containsPattern("postern \\d+\\.\\d+").doesNotContain("${");
    assertThat(version.err()).isEmpty();
  }

  @Test
  void exitCodesPassThrough() {
    String nowhere = directory.resolve("p.sock").toString();

    Program usage = launch(launcher, Map.of(), "no-such-command");
    Program unreachable = launch(launcher, Map.of(), "list", "--socket", nowhere);

    assertThat(usage.exit()).isEqualTo(2);
    assertThat(unreachable.exit()).isEqualTo(4);
    assertThat(unreachable.err()).contains("no agent answers on " + nowhere);
  }

  @Test
  void symbolicLinkToItFindsTheProgram() throws IOException {
    Path first = Files.createSymbolicLink(directory.resolve("postern"), launcher);
    Path second = Files.createSymbolicLink(directory.resolve("p"), first.getFileName());

    assertThat(launch(second, Map.of(), "--version").exit()).isZero();
  }

  @Test
  void argumentsArriveAsTheyAreGiven() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("with a blank"));
    Path file = folder.resolve("store * $HOME.age");

    Program init =
        launch(
            launcher,
            Map.of(),
            "local",
            "init",
            "--file",
            file.toString(),
            "--identity",
            folder.resolve("identity.txt").toString());

    assertThat(init.exit()).as(init.err()).isZero();
    assertThat(file).exists();
  }

  @Test
  void folderThatIsNoJdkIsNamed() {
    Program wrong = launch(launcher, Map.of("POSTERN_JAVA_HOME", "/no/such/jdk"), "--version");

    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err()).isEqualTo("postern: POSTERN_JAVA_HOME is not a JDK 25: /no/such/jdk\n");
  }

  @Test
  void jdkOfAnotherVersionIsNamed() throws IOException {
    Path old = Files.createDirectories(directory.resolve("jdk-17"));
    Path java = Files.createDirectory(old.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nexit 0\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");

    Program wrong = launch(launcher, Map.of("POSTERN_JAVA_HOME", old.toString()), "--version");

    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err()).contains("is not a JDK 25: " + old);
  }

  private Program launch(Path program, Map<String, String> environment, String... arguments) {
    Map<String, String> all = new HashMap<>();
    all.put("POSTERN_JAVA_HOME", System.getProperty("java.home"));
    all.putAll(environment);
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(List.of(arguments));
    Program started = Program.start(directory, Optional.empty(), line, all);
    programs.add(started);
    return started;
  }
}
