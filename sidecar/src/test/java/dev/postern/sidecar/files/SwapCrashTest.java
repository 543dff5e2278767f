package dev.postern.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A writer that is killed between any two steps of a swap, several times over, while a reader looks
 * all the time: it never sees two versions at once or half a file, and the next writer leaves
 * nothing behind.
 */
class SwapCrashTest {
  private static final int KILLS = 2;

  @TempDir private Path temporary;
  private Path directory = Path.of("");
  private final AtomicInteger read = new AtomicInteger();
  private volatile boolean stopped;
  private volatile String wrong = "";

  @BeforeEach
  void make() throws IOException {
    directory = Files.createDirectory(temporary.resolve("secrets"));
  }

  @AfterEach
  void stop() {
    stopped = true;
  }

  @ParameterizedTest
  @EnumSource
  void readerNeverSeesAMixAndNothingIsLeft(SwapStep step) throws Exception {
    Thread reader = Thread.ofPlatform().name("reader").start(this::read);
    for (int kill = 1; kill <= KILLS; kill++) {
      assertThat(child(step, 5 * kill)).isEqualTo(SwapCrashChild.KILLED);
    }
    stopped = true;
    reader.join();

    assertThat(wrong).isEmpty();
    assertThat(read.get()).isPositive();
    FilesFixture.put(FilesFixture.bundle(directory, "a", "b"), "a", "end", "b", "end");
    assertThat(FilesFixture.everything(directory)).isEqualTo("endend");
    assertThat(FilesFixture.names(directory)).hasSize(6);
  }

  private int child(SwapStep step, int times) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SwapCrashChild.class.getName(),
                directory.toString(),
                step.name(),
                Integer.toString(times))
            .redirectError(temporary.resolve("child.err").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return child.exitValue();
  }

  private void read() {
    while (!stopped) {
      try {
        lookOnce();
      } catch (NoSuchFileException | NotDirectoryException replaced) {
        // The version was replaced between two looks: a reader looks again.
      } catch (IOException e) {
        wrong = e.toString();
      }
    }
  }

  /** Opens the directory once, and reads all from it. */
  private void lookOnce() throws IOException {
    Path version = directory.resolve("..data").toRealPath();
    String a = Files.readString(version.resolve("a"));
    String b = Files.readString(version.resolve("b"));
    String visible = Files.readString(directory.resolve("a"));
    if (!a.equals(b) || !a.matches("[0-9]+-[0-9]+") || !visible.matches("[0-9]+-[0-9]+")) {
      wrong = a + " and " + b + " and " + visible;
    }
    read.incrementAndGet();
  }
}
