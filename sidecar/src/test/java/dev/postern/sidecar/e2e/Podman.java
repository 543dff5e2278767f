package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Podman with a storage of its own, so that images and containers of whoever runs the tests are out
 * of reach. It needs root, but no systemd, no network set-up and no registry.
 */
final class Podman implements AutoCloseable {
  /** A build compiles everything, and a base is a whole Debian. */
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  private final Path outputs;
  private final Map<String, String> environment;

  private Podman(Path outputs, Map<String, String> environment) {
    this.outputs = outputs;
    this.environment = environment;
  }

  /**
   * @param directory for its settings
   * @param storage for its layers, on a disk
   */
  static Podman open(Path directory, Path storage) {
    Path containers = directory.resolve("containers.conf");
    Path layers = directory.resolve("storage.conf");
    // Limits of their own, because one that may not raise limits cannot give what is the default.
    Installation.write(
        containers,
        """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
        log_driver = "k8s-file"
        [engine]
        runtime = "runc"
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        """);
    Installation.write(
        layers,
        """
        [storage]
        driver = "overlay"
        graphroot = "%s"
        runroot = "%s"
        """
            .formatted(storage.resolve("layers"), storage.resolve("run")));
    return new Podman(
        directory,
        Map.of(
            "CONTAINERS_CONF", containers.toString(),
            "CONTAINERS_STORAGE_CONF", layers.toString(),
            "ENGINE", "podman"));
  }

  /** What podman says; the call has to succeed. */
  String says(String... arguments) {
    Program ended = call(arguments);
    assertThat(ended.exit()).as(String.join(" ", arguments) + "\n" + ended.err()).isZero();
    return ended.out().strip();
  }

  /** Starts it, and does not wait for its end. */
  Program call(String... arguments) {
    List<String> line = new ArrayList<>(List.of("podman"));
    line.addAll(List.of(arguments));
    return Program.start(outputs, Optional.empty(), line, environment);
  }

  /** Runs a script that calls podman, and waits for as long as it takes; what it says. */
  String script(Map<String, String> variables, Path script, String... arguments) {
    Path out = outputs.resolve(script.getFileName() + ".log");
    List<String> line = new ArrayList<>(List.of(script.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    builder.environment().putAll(variables);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    try {
      Process process = builder.start();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(script + " goes on: " + Files.readString(out));
      }
      assertThat(process.exitValue()).as(script + ": " + Files.readString(out)).isZero();
      return Files.readString(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  boolean has(String image) {
    return call("image", "exists", image).exit() == 0;
  }

  /** Ends all containers, and deletes all images. */
  @Override
  public void close() {
    says("system", "reset", "--force");
  }
}
