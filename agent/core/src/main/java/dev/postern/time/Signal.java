package dev.postern.time;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Something happened that a waiting thread should look at. Counts, so that what is raised between
 * looking and waiting is not missed. Thread-safe.
 */
public final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition raised = lock.newCondition();
  private long count;

  /** How often it was raised; pass it to {@link TimeSource#await} to wait for the next time. */
  public long seen() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  public void raise() {
    lock.lock();
    try {
      count++;
      raised.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until it was raised more often than {@code seen} or the time is over.
   *
   * @return whether it was raised
   */
  public boolean awaitNanos(long seen, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long remaining = nanos;
      while (count <= seen && remaining > 0) {
        remaining = raised.awaitNanos(remaining);
      }
      return count > seen;
    } finally {
      lock.unlock();
    }
  }
}
