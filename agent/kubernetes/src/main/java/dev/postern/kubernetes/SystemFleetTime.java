package dev.postern.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clock and virtual threads. */
final class SystemFleetTime implements FleetTime {
  static final SystemFleetTime INSTANCE = new SystemFleetTime();

  private static final Logger log = LoggerFactory.getLogger(SystemFleetTime.class);

  private SystemFleetTime() {}

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Wakeup after(Duration delay, Runnable task) {
    AtomicBoolean decided = new AtomicBoolean();
    Thread thread =
        Thread.ofVirtual()
            .name("fleet")
            .start(
                () -> {
                  if (slept(delay) && decided.compareAndSet(false, true)) {
                    run(task);
                  }
                });
    return () -> {
      // Only what sleeps is interrupted: a call of the API that has begun shall end by itself.
      if (decided.compareAndSet(false, true)) {
        thread.interrupt();
      }
    };
  }

  private static boolean slept(Duration delay) {
    try {
      Thread.sleep(delay.isNegative() ? Duration.ZERO : delay);
      return true;
    } catch (InterruptedException cancelled) {
      return false;
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException bug) {
      log.atError().setCause(bug).log("a task of the fleet met a fault of the agent");
    }
  }
}
