package dev.postern.sidecar.hooks;

import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries something until it succeeds, with growing pauses, on a virtual thread that exists only
 * while there is something to do. What is wanted anew is tried at once, with the first pause again.
 * Thread-safe.
 */
public final class Pursuit implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pursuit.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** One try. */
  @FunctionalInterface
  public interface Attempt {
    /** Why it did not succeed, in words for an operator; empty when all that was wanted is done. */
    Optional<String> run() throws InterruptedException;
  }

  /**
   * What stands in the way.
   *
   * @param attempts how often it was tried in vain since it was last wanted
   */
  public record Trouble(String problem, int attempts, Instant retryAt) {}

  private final String name;
  private final TimeSource time;
  private final Attempt attempt;
  private final Signal news = new Signal();
  private long wanted;
  private boolean closed;
  private @Nullable Thread thread;
  private volatile Optional<Trouble> trouble = Optional.empty();
  private final AtomicLong failures = new AtomicLong();

  /**
   * @param name of its thread
   */
  public Pursuit(String name, TimeSource time, Attempt attempt) {
    this.name = name;
    this.time = time;
    this.attempt = attempt;
  }

  /** There is something to do; returns at once. */
  public synchronized void want() {
    if (closed) {
      return;
    }
    wanted++;
    if (thread == null) {
      thread = Thread.ofVirtual().name(name).start(this::run);
    }
    news.raise();
  }

  /** What stands in the way now; empty when nothing does, or nothing was wanted. */
  public Optional<Trouble> trouble() {
    return trouble;
  }

  /** How often it failed, ever. */
  public long failures() {
    return failures.get();
  }

  /** Whether something is being done or waits to be tried again. */
  public synchronized boolean busy() {
    return thread != null;
  }

  private void run() {
    long goal = 0;
    int attempts = 0;
    while (true) {
      long seen = news.seen();
      long latest = wanted();
      attempts = latest == goal ? attempts : 0;
      goal = latest;
      Optional<String> problem = tryOnce();
      if (problem.isEmpty()) {
        trouble = Optional.empty();
      } else {
        attempts++;
        failures.incrementAndGet();
        Instant retryAt = time.instant().plus(pause(attempts));
        trouble = Optional.of(new Trouble(problem.get(), attempts, retryAt));
        await(seen, goal, retryAt);
      }
      if (over(problem.isEmpty(), goal)) {
        return;
      }
    }
  }

  private Optional<String> tryOnce() {
    try {
      return attempt.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the agent stops");
    } catch (RuntimeException bug) {
      log.atError().addKeyValue("what", name).setCause(bug).log("an attempt failed by a fault");
      return Optional.of("an error inside the agent; its log has the details");
    }
  }

  private static Duration pause(int attempts) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private void await(long seen, long goal, Instant until) {
    try {
      while (wanted() == goal && !isClosed() && time.instant().isBefore(until)) {
        time.await(news, seen, until);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized long wanted() {
    return wanted;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Whether the thread ends; asked together with {@link #want}, so that nothing is missed. */
  private synchronized boolean over(boolean done, long goal) {
    if (closed || (done && wanted == goal)) {
      thread = null;
      return true;
    }
    return false;
  }

  /** Ends what is under way, and waits for a moment for that. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
    }
    news.raise();
    if (running != null) {
      running.interrupt();
      try {
        running.join(PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
