package dev.postern.store.local;

import static dev.postern.store.local.LocalStoreScene.PATH;
import static dev.postern.store.local.LocalStoreScene.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that dies in the middle of a write, and two that write at once. */
final class LocalStoreCrashTest {
  private static final int HALTED = 77;
  private static final int PUTS = 25;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(DurableReplace.Step.class)
  void fileHoldsTheOldOrTheNewContentWhereverTheProcessDies(DurableReplace.Step step)
      throws Exception {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    Version before = scene.put("api_key", SECRET);
    assertThat(end(child("stage", step.name()))).isEqualTo(HALTED);

    boolean written = step.compareTo(DurableReplace.Step.MOVED) >= 0;
    try (SecretStore store = scene.open();
        StoredSecret current = store.readCurrent(PATH)) {
      assertThat(current.version()).isEqualTo(before);
      assertThat(store.readPending(PATH).isPresent()).isEqualTo(written);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp")))
          .as("removed at open")
          .isEmpty();
    }
    assertThat(scene.put("login", "me").id())
        .as("a number is not used twice")
        .isEqualTo(written ? "3" : "2");
  }

  @Test
  void writersOfTwoProcessesLoseNothing() throws Exception {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    Version first = scene.put("api_key", SECRET);
    Process other = child("put", "other_field");
    for (int i = 0; i < PUTS; i++) {
      scene.put("own_field", Integer.toString(i));
    }
    assertThat(end(other)).isZero();
    assertThat(first.id()).isEqualTo("1");
    try (SecretStore store = scene.open();
        StoredSecret current = store.readCurrent(PATH)) {
      assertThat(current.version().id()).isEqualTo(Integer.toString(1 + 2 * PUTS));
      assertThat(current.fields().names()).containsExactly("api_key", "other_field", "own_field");
    }
  }

  @Test
  void openStoreSeesWhatAnotherProcessPut() throws Exception {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", SECRET);
    try (SecretStore store = scene.open()) {
      assertThat(store.head(PATH).current().id()).isEqualTo("1");
      assertThat(end(child("put", "other_field"))).isZero();
      assertThat(store.head(PATH).current().id()).isEqualTo(Integer.toString(1 + PUTS));
    }
  }

  private Process child(String act, String detail) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            directory.toString(),
            act,
            detail)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("child.log").toFile())
        .start();
  }

  private int end(Process process) throws Exception {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertThat(Files.readString(directory.resolve("child.log"))).doesNotContain(SECRET);
    return process.waitFor();
  }

  /** The other process. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      LocalStoreScene scene = LocalStoreScene.at(Path.of(arguments[0]));
      switch (arguments[1]) {
        case "stage" -> stageAndHalt(scene, DurableReplace.Step.valueOf(arguments[2]));
        case "put" -> {
          for (int i = 0; i < PUTS; i++) {
            scene.put(arguments[2], Integer.toString(i));
          }
        }
        default -> throw new IllegalArgumentException(arguments[1]);
      }
    }

    private static void stageAndHalt(LocalStoreScene scene, DurableReplace.Step last) {
      DurableReplace.Observer halting =
          step -> {
            if (step == last) {
              Runtime.getRuntime().halt(HALTED);
            }
          };
      try (SecretStore store = LocalStoreFactory.open(scene.config, halting);
          SecretFields fields = LocalStoreScene.apiKey(SECRET)) {
        store.stage(PATH, RotationId.random(), fields);
      }
    }
  }
}
