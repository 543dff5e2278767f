package dev.postern.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real tmpfs of 64 KiB that is full. Needs root, to mount it. */
class FullDiskIT {
  @TempDir private Path temporary;
  private Path directory = Path.of("");
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    directory = Files.createDirectory(temporary.resolve("secrets"));
    mounted =
        run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0755", "none", directory.toString()) == 0;
    Assumptions.assumeTrue(mounted, "no right to mount a tmpfs");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount", directory.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void fullDiskKeepsWhatIsThereAndLeavesNothingBehind() throws Exception {
    SecretDirectory secrets = FilesFixture.directory(directory, "a", "b");
    Bundle bundle = new Bundle(secrets, FilesFixture.SECRET);
    FilesFixture.put(bundle, "a", "one", "b", "one");
    assertThat(secrets.disk()).isEmpty();
    byte[] filler = new byte[60 * 1024];
    Arrays.fill(filler, (byte) 'x');
    Path full = directory.resolve("filler");
    assertThatThrownBy(() -> Files.write(full, filler)).isInstanceOf(IOException.class);

    assertThatThrownBy(() -> FilesFixture.put(bundle, "a", "canary", "b", "canary"))
        .isInstanceOf(FileProblem.class)
        .hasMessageContaining("No space left on device")
        .hasMessageNotContaining("canary");

    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("one");
    assertThat(Files.readString(directory.resolve("b"))).isEqualTo("one");
    assertThat(FilesFixture.everything(directory)).doesNotContain("canary");
    Files.delete(full);
    FilesFixture.put(bundle, "a", "two", "b", "two");
    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("two");
  }
}
