package dev.postern.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A clock that stands still until a test moves it, and that tells when a thread has begun to wait
 * on it: so a test can let a loop come to rest instead of guessing how long that takes.
 */
public final class ParkingTime implements TimeSource {
  private static final long FAIL_AFTER_SECONDS = 20;

  private record Parked(Signal signal, Instant until) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Thread, Parked> parked = new HashMap<>();
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private Runnable atNextLook = () -> {};
  private Duration passing = Duration.ZERO;
  private int parks;

  /** A clock on which waits no longer than this are over at once: the clock moves with them. */
  public static ParkingTime passing(Duration longest) {
    ParkingTime time = new ParkingTime();
    time.passing = longest;
    return time;
  }

  @Override
  public Instant instant() {
    Runnable hook;
    lock.lock();
    try {
      hook = atNextLook;
      atNextLook = () -> {};
    } finally {
      lock.unlock();
    }
    hook.run();
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void await(Signal signal, long seen, Instant until) throws InterruptedException {
    lock.lock();
    try {
      if (!now.isBefore(until)) {
        return;
      }
      if (Duration.between(now, until).compareTo(passing) <= 0) {
        now = until;
        return;
      }
      parked.put(Thread.currentThread(), new Parked(signal, until));
      parks++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      signal.awaitNanos(seen, Long.MAX_VALUE);
    } finally {
      forget(Thread.currentThread());
    }
  }

  private void forget(Thread thread) {
    lock.lock();
    try {
      parked.remove(thread);
    } finally {
      lock.unlock();
    }
  }

  /** How often any thread has begun to wait. */
  public int parks() {
    lock.lock();
    try {
      return parks;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when so many threads wait and the condition holds. It is looked at whenever a thread
   * begins to wait: what the waiting ones wrote before can be read.
   */
  public void awaitParked(int threads, BooleanSupplier condition) {
    lock.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(FAIL_AFTER_SECONDS);
      while (parked.size() < threads || !condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError("not all came to rest: " + parked.size() + " threads wait");
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /** Returns when threads have begun to wait this often in all. */
  public void awaitParks(int wanted) {
    lock.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(FAIL_AFTER_SECONDS);
      while (parks < wanted) {
        if (left <= 0) {
          throw new AssertionError("threads waited " + parks + " times, not " + wanted);
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /** Moves the clock, and wakes whoever waited for a time that has come. */
  public void advance(Duration duration) {
    List<Signal> due = new ArrayList<>();
    lock.lock();
    try {
      now = now.plus(duration);
      parked.values().removeIf(waiting -> !now.isBefore(waiting.until) && due.add(waiting.signal));
    } finally {
      lock.unlock();
    }
    due.forEach(Signal::raise);
  }

  /** The time until which the only waiting thread waits. */
  public Instant onlyWaitEnds() {
    lock.lock();
    try {
      if (parked.size() != 1) {
        throw new AssertionError(parked.size() + " threads wait, not one");
      }
      return parked.values().iterator().next().until;
    } finally {
      lock.unlock();
    }
  }

  /** The first of the times until which threads wait, when so many of them do. */
  public Instant nextWaitEnds(int threads) {
    lock.lock();
    try {
      awaitParked(threads, () -> true);
      return parked.values().stream().map(Parked::until).min(Instant::compareTo).orElseThrow();
    } finally {
      lock.unlock();
    }
  }

  /** Runs it once, on the thread that looks at the clock next, before it is told the time. */
  public void atNextLook(Runnable hook) {
    lock.lock();
    try {
      atNextLook = hook;
    } finally {
      lock.unlock();
    }
  }
}
