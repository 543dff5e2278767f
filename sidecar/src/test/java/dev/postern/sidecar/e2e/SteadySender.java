package dev.postern.sidecar.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A program that sends each line of its standard input as a message, in a process of its own, and a
 * thread that gives it lines without a break.
 */
final class SteadySender implements AutoCloseable {
  /** So many lines may wait in the program: it is to be busy, not to be behind for ever. */
  private static final int AHEAD = 12;

  private final String name;
  private final Process process;
  private final Path out;
  private final Path err;
  private final Duration pace;
  private final IntSupplier arrived;
  private final List<String> lines = new ArrayList<>();
  private final Thread feeder = Thread.ofPlatform().name("feeder").daemon().unstarted(this::feed);
  private volatile boolean stopped;
  private volatile @Nullable IOException failure;

  /**
   * @param outputs a folder for what the program prints
   * @param name what each line begins with
   * @param pace between two lines
   * @param arrived how many of the messages have come to the provider
   */
  SteadySender(
      Path outputs,
      String name,
      List<String> line,
      Map<String, String> environment,
      Duration pace,
      IntSupplier arrived) {
    this.name = name;
    this.pace = pace;
    this.arrived = arrived;
    out = outputs.resolve(name + ".out");
    err = outputs.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    feeder.start();
  }

  private void feed() {
    try (OutputStream input = process.getOutputStream()) {
      while (!stopped) {
        if (lines.size() - arrived.getAsInt() < AHEAD) {
          String line = name + " " + (lines.size() + 1);
          input.write((line + "\n").getBytes(UTF_8));
          input.flush();
          lines.add(line);
        }
        LockSupport.parkNanos(pace.toNanos());
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the provider to have so many messages more than now. */
  void sendsFurther(int messages) {
    int enough = arrived.getAsInt() + messages;
    Eventually.isTrue(
        () -> enough + " messages of " + name + ", which says: " + err(),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the sender ended: " + err());
          }
          return arrived.getAsInt() >= enough;
        });
  }

  /** Ends the input, and waits for the end of the program; the lines that it was given. */
  List<String> finish() throws InterruptedException {
    stopped = true;
    feeder.join(Eventually.PATIENCE);
    if (feeder.isAlive() || failure != null) {
      throw new AssertionError("the sender does not read its input: " + err(), failure);
    }
    if (!process.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the sender goes on after the end of its input: " + err());
    }
    return List.copyOf(lines);
  }

  int exit() {
    return process.exitValue();
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

  @Override
  public void close() {
    stopped = true;
    process.destroyForcibly();
  }
}
