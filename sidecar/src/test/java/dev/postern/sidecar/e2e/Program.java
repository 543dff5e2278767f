package dev.postern.sidecar.e2e;

import dev.postern.failpoint.Failpoints;
import dev.postern.sidecar.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A Postern process. What it prints goes to files, so that it never waits for a reader. */
final class Program implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;

  private Program(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts {@code postern} with these arguments; {@code input} is its standard input. */
  static Program start(Path outputs, Optional<Path> input, List<String> flags, String... command) {
    return start(outputs, input, line(flags, command), Map.of());
  }

  /** What has to be run for {@code postern} with these arguments. */
  static List<String> line(List<String> flags, String... command) {
    List<String> line =
        new ArrayList<>(java(List.of(command).indexOf("run") == 0 ? "run.aot" : "postern.aot"));
    line.addAll(flags);
    line.addAll(List.of("-cp", classPath(), Main.class.getName()));
    line.addAll(Arrays.asList(command));
    return line;
  }

  static Program start(
      Path outputs, Optional<Path> input, List<String> line, Map<String, String> environment) {
    try {
      Path out = Files.createTempFile(outputs, "program-", ".out");
      Path err = Files.createTempFile(outputs, "program-", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .redirectInput(input.map(Path::toFile).orElse(new File("/dev/null")))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("POSTERN_"));
      builder.environment().putAll(environment);
      return new Program(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Skips the test, or fails it where the programs are required, when one is not installed. */
  static void assumeInstalled(String name) {
    Assumptions.assumeTrue(required() || installed(name), name + " is not installed");
  }

  /** Whether a test must fail, and may not be skipped, where a program is not installed. */
  static boolean required() {
    return Boolean.getBoolean("postern.programs.required");
  }

  static boolean installed(String name) {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  /** The flags of a JVM that halts, as by kill -9, at the n-th time that a place is reached. */
  static List<String> haltingAt(String place) {
    return List.of("-D" + Failpoints.HALT_PROPERTY + "=" + place);
  }

  /** As {@code bin/postern} starts it. */
  private static List<String> java(String aotCache) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    layout()
        .ifPresentOrElse(
            layout -> {
              line.add("@" + layout.resolve("jvm.options"));
              line.add("-Djava.library.path=" + layout.resolve("native"));
              Path cache = layout.resolve(aotCache);
              if (Files.exists(cache)) {
                line.add("-XX:AOTCache=" + cache);
              }
            },
            () ->
                line.addAll(
                    List.of(
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")));
    line.add("-XX:TieredStopAtLevel=1");
    return line;
  }

  private static String classPath() {
    return layout()
        .map(layout -> layout.resolve("postern.jar").toString())
        .orElse(System.getProperty("java.class.path"));
  }

  /** What the build laid out, when the tests run against just that. */
  static Optional<Path> layout() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(entry -> entry.endsWith(Path.of("postern", "postern.jar")))
        .map(Path::getParent)
        .filter(layout -> Files.exists(layout.resolve("release")))
        .findFirst();
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Waits until the text is in what was printed. */
  Program said(String text) {
    saying(Pattern.compile(Pattern.quote(text)));
    return this;
  }

  /** Waits until the text is in what was printed, or for the end: whether it goes on. */
  boolean saysOrEnds(String text) {
    Eventually.isTrue(
        () -> text + ", or the end of the process: " + out() + err(),
        () -> !process.isAlive() || out().contains(text) || err().contains(text));
    return process.isAlive();
  }

  /** Waits until it is in what was printed. */
  Matcher saying(Pattern pattern) {
    return Eventually.has(
        () -> pattern + " in the output of the process\n" + out() + err(),
        () -> {
          boolean ended = !process.isAlive();
          for (String text : List.of(out(), err())) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
              return Optional.of(matcher);
            }
          }
          if (ended) {
            throw new AssertionError(
                "the process ended with " + exit() + " before it said " + pattern + ": " + err());
          }
          return Optional.empty();
        });
  }

  /** Waits for the end. */
  int exit() {
    try {
      if (!process.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the process goes on: " + out() + err());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** As a service manager does; waits for the end. */
  int terminate() {
    process.destroy();
    return exit();
  }

  /** As the kernel does when memory is short; waits for the end. */
  int kill() {
    process.destroyForcibly();
    return exit();
  }

  /** With all that it started, which would go on without it. */
  @Override
  public void close() {
    if (process.isAlive()) {
      List<ProcessHandle> family = process.descendants().toList();
      kill();
      family.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
