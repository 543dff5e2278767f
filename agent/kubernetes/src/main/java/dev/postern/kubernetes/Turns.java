package dev.postern.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One piece of work that is done again and again, never twice at a time, and sooner when asked.
 * Between two turns there is no thread. Thread-safe.
 */
final class Turns {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);
  private static final Duration AFTER_FAULT = Duration.ofSeconds(5);

  private final FleetTime time;
  private final Supplier<Optional<Duration>> turn;
  private final CountDownLatch ended = new CountDownLatch(1);

  private FleetTime.@Nullable Wakeup next;
  private long nextAt;
  private long ticket;
  private boolean running;
  private @Nullable Long wanted;
  private boolean closed;
  private @Nullable Runnable last;

  /**
   * @param turn says after how long it is to be called again; nothing means when asked
   */
  Turns(FleetTime time, Supplier<Optional<Duration>> turn) {
    this.time = time;
    this.turn = turn;
  }

  /** A turn comes after this delay at the latest. */
  synchronized void soon(Duration delay) {
    if (closed) {
      return;
    }
    long at = time.nanos() + delay.toNanos();
    if (running) {
      wanted = wanted == null ? at : Math.min(wanted, at);
    } else if (next == null || at < nextAt) {
      schedule(at);
    }
  }

  private void schedule(long at) {
    if (next != null) {
      next.cancel();
    }
    nextAt = at;
    long mine = ++ticket;
    next = time.after(Duration.ofNanos(Math.max(0, at - time.nanos())), () -> run(mine));
  }

  private void run(long mine) {
    synchronized (this) {
      if (closed || running || mine != ticket) {
        return;
      }
      running = true;
      next = null;
      wanted = null;
    }
    Optional<Duration> delay = take();
    Runnable toDoLast;
    synchronized (this) {
      running = false;
      toDoLast = last;
      if (!closed) {
        Long at = delay.map(one -> time.nanos() + one.toNanos()).orElse(wanted);
        if (at != null) {
          schedule(wanted == null ? at : Math.min(at, wanted));
        }
      }
    }
    if (toDoLast != null) {
      end(toDoLast);
    }
  }

  private Optional<Duration> take() {
    try {
      return turn.get();
    } catch (RuntimeException bug) {
      log.atError().setCause(bug).log("a part of the fleet's protocol met a fault; it goes on");
      return Optional.of(AFTER_FAULT);
    }
  }

  /**
   * No turn begins any more; then this is done, after the turn that runs and on a thread of its
   * own: it may call an API that is away. Does not wait for it.
   */
  void close(Runnable toDoLast) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (next != null) {
        next.cancel();
      }
      if (running) {
        last = toDoLast;
        return;
      }
    }
    time.after(Duration.ZERO, () -> end(toDoLast));
  }

  private void end(Runnable toDoLast) {
    try {
      toDoLast.run();
    } finally {
      ended.countDown();
    }
  }

  /** Waits until the last thing is done, or for so long. */
  void awaitEnd(Duration most) {
    try {
      if (!ended.await(most.toNanos(), TimeUnit.NANOSECONDS)) {
        log.atWarn().log("a call of the Kubernetes API did not end in time for the agent's end");
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }
}
