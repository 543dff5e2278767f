package dev.postern.sidecar.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another process does, looking again and again, for a bounded time. */
final class Eventually {
  /** Long, because a busy machine is no bug. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * A look may be a whole command: without a pause it takes the processor from what it waits for.
   */
  private static final long PAUSE_NANOS = 40_000_000;

  private Eventually() {}

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
