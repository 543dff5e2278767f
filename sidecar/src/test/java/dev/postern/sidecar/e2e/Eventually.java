package dev.postern.sidecar.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** Waits for what another process does, looking again and again, for a bounded time. */
final class Eventually {
  /** Long, because a busy machine is no bug. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long PAUSE_NANOS = 10_000_000;

  private Eventually() {}

  /** Skips the test, or fails it where the programs are required, when one is not installed. */
  static void assumeProgram(String name) {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    if (!Boolean.getBoolean("postern.programs.required")) {
      Assumptions.assumeTrue(installed, name + " is not installed");
    }
  }

  static void isTrue(Supplier<String> what, BooleanSupplier condition) {
    has(what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  /**
   * @param what said when it does not come, with what is known by then
   */
  static <T> T has(Supplier<String> what, Supplier<Optional<T>> look) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> seen = look.get();
      if (seen.isPresent()) {
        return seen.get();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new AssertionError("did not come within " + PATIENCE + ": " + what.get());
  }
}
