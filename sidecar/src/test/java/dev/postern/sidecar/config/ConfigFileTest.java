package dev.postern.sidecar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
  @TempDir private Path folder;

  @Test
  void aFileIsReadAndItsFolderIsTheBaseOfRelativePaths() throws IOException {
    Path file = Files.writeString(folder.resolve("postern.yaml"), ConfigFixtures.minimal());

    ConfigResult result = ConfigLoader.load(file);

    assertThat(result).isInstanceOf(ConfigResult.Valid.class);
    assertThat(((ConfigResult.Valid) result).config().stores().get("box"))
        .isEqualTo(
            new StoreConfig.Local(folder.resolve("store.age"), folder.resolve("identity.txt")));
  }

  @Test
  void aMissingFileIsTold() {
    assertRefused(folder.resolve("none.yaml"), "no such file; check the path given to --config");
  }

  @Test
  void aPathThroughAFileIsTold() throws IOException {
    Path file = Files.createFile(folder.resolve("a"));

    assertRefused(file.resolve("b"), "cannot be read: FileSystemException");
  }

  @Test
  void aDirectoryIsTold() {
    assertRefused(folder, "this is a directory; name the config file in it");
  }

  @Test
  void anUnreadableFileIsTold() throws IOException {
    Path file = Files.createFile(folder.resolve("postern.yaml"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "root reads every file");

    assertRefused(file, "this user may not read the file; check its owner and mode");
  }

  @Test
  void anEmptyFileIsTold() throws IOException {
    assertRefused(
        Files.createFile(folder.resolve("postern.yaml")),
        "the file is empty; begin with 'installation: NAME' and 'stores:'");
  }

  @Test
  void aFileOverOneMebibyteIsToldAndOneJustBelowIsRead() throws IOException {
    Path file = folder.resolve("postern.yaml");
    String start = ConfigFixtures.minimal() + "#";
    String padding = "x".repeat(1024 * 1024 - start.length());

    Files.writeString(file, start + padding);
    assertThat(ConfigLoader.load(file)).isInstanceOf(ConfigResult.Valid.class);

    Files.writeString(file, start + padding + "x");
    assertRefused(file, "larger than 1 MiB; this is not a config file");
  }

  @Test
  void textThatIsNotUtf8IsToldWithItsPlace() throws IOException {
    Path file = folder.resolve("postern.yaml");
    Files.write(file, "installation: a\nstores: é".getBytes(StandardCharsets.ISO_8859_1));

    ConfigResult.Invalid invalid = (ConfigResult.Invalid) ConfigLoader.load(file);

    assertThat(invalid.errors())
        .singleElement()
        .extracting(problem -> problem.render(Objects.requireNonNull(file.getFileName())))
        .isEqualTo("postern.yaml:2:9: error: not UTF-8 here; save the file as UTF-8");
  }

  private static void assertRefused(Path file, String message) {
    ConfigResult.Invalid invalid = (ConfigResult.Invalid) ConfigLoader.load(file);
    assertThat(invalid.errors())
        .singleElement()
        .extracting(problem -> problem.render(file))
        .isEqualTo(file + ": error: " + message);
  }
}
