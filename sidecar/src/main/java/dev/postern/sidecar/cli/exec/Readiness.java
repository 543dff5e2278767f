package dev.postern.sidecar.cli.exec;

import dev.postern.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Whether a copy does its work yet: asked by a command of the user's, again and again until it
 * exits 0. The command gets neither the secrets nor this process's output; {@code POSTERN_COPY} and
 * {@code POSTERN_COPY_PID} tell it which copy is meant.
 */
public final class Readiness {
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_TRY = Duration.ofSeconds(10);

  private final Optional<String> command;
  private final Duration timeout;
  private final TimeSource time;
  private final Consumer<String> say;

  public Readiness(ExecPlan plan, TimeSource time, Consumer<String> say) {
    this.command = plan.ready();
    this.timeout = plan.readyTimeout();
    this.time = time;
    this.say = say;
  }

  /**
   * Waits until the copy is ready. That it takes longer than it should is said once.
   *
   * @return false when it was given up
   */
  boolean await(Copy copy, BooleanSupplier givenUp) throws InterruptedException {
    if (command.isEmpty()) {
      return !givenUp.getAsBoolean();
    }
    Instant due = time.instant().plus(timeout);
    boolean said = false;
    while (!givenUp.getAsBoolean()) {
      if (succeeds(command.get(), copy)) {
        return true;
      }
      if (!said && time.instant().isAfter(due)) {
        said = true;
        say.accept(
            "copy %d is not ready after %d s: its version is not acknowledged, and no other copy is"
                    .formatted(copy.number(), timeout.toSeconds())
                + " started again before it is");
      }
      time.sleep(PAUSE);
    }
    return false;
  }

  private static boolean succeeds(String command, Copy copy) throws InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("/bin/sh", "-c", command))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("POSTERN_COPY", Integer.toString(copy.number()));
    builder.environment().put("POSTERN_COPY_PID", Long.toString(copy.pid()));
    try {
      Process asked = builder.start();
      asked.getOutputStream().close();
      if (!asked.waitFor(LONGEST_TRY.toMillis(), TimeUnit.MILLISECONDS)) {
        asked.descendants().forEach(ProcessHandle::destroyForcibly);
        asked.destroyForcibly();
        return false;
      }
      return asked.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
