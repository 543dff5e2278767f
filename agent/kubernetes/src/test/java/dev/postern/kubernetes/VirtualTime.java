package dev.postern.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One clock for many hosts, that jumps from event to event. Tasks run on threads of their own so
 * that they can block in a call, but only ever one at a time: the same seed gives the same run.
 */
final class VirtualTime {
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  /** Unwinds the thread of a host that was killed. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private static final class Event {
    final long at;
    final long order;
    final @Nullable Host host;
    final Runnable run;
    boolean cancelled;

    Event(long at, long order, @Nullable Host host, Runnable run) {
      this.at = at;
      this.order = order;
      this.host = host;
      this.run = run;
    }
  }

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(
          Comparator.<Event>comparingLong(event -> event.at)
              .thenComparingLong(event -> event.order));
  private final Semaphore back = new Semaphore(0);
  private final List<Throwable> failures = new ArrayList<>();
  private Runnable afterEach = () -> {};
  private long now;
  private long orders;

  long now() {
    return now;
  }

  /** Looked at after each event. */
  void afterEach(Runnable check) {
    afterEach = check;
  }

  /** A host whose wall clock is off, and whose clocks run at another rate. */
  Host host(Duration skew, double rate) {
    return new Host(skew, rate);
  }

  Host host() {
    return host(Duration.ZERO, 1);
  }

  /** Something that happens to the world, not on a host. */
  void world(Duration delay, Runnable task) {
    push(now + delay.toNanos(), null, task);
  }

  private Event push(long at, @Nullable Host host, Runnable run) {
    Event event = new Event(at, orders++, host, run);
    queue.add(event);
    return event;
  }

  void runFor(Duration duration) {
    long end = now + duration.toNanos();
    while (!queue.isEmpty() && queue.peek().at <= end) {
      step();
    }
    now = end;
  }

  /** Fails when the condition does not hold within that time. */
  void runUntil(BooleanSupplier condition, Duration most, String what) {
    long end = now + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (queue.isEmpty() || queue.peek().at > end) {
        throw new AssertionError("not within " + most + ": " + what);
      }
      step();
    }
  }

  private void step() {
    Event event = queue.poll();
    if (event.cancelled || (event.host != null && event.host.dead)) {
      return;
    }
    if (event.host != null && event.at < event.host.stoppedUntil) {
      push(event.host.stoppedUntil, event.host, event.run).cancelled = false;
      return;
    }
    now = Math.max(now, event.at);
    event.run.run();
    if (!failures.isEmpty()) {
      throw new AssertionError("a task failed", failures.getFirst());
    }
    afterEach.run();
  }

  private void hand(Runnable toThread) {
    toThread.run();
    back.acquireUninterruptibly();
  }

  /** A machine with an agent on it. */
  final class Host implements FleetTime {
    private final Duration skew;
    private final double rate;
    private final Set<Semaphore> blocked = new HashSet<>();
    private long stoppedUntil;
    private boolean dead;

    private Host(Duration skew, double rate) {
      this.skew = skew;
      this.rate = rate;
    }

    @Override
    public Instant instant() {
      return START.plusNanos(nanos()).plus(skew);
    }

    @Override
    public long nanos() {
      return (long) (now * rate);
    }

    @Override
    public Wakeup after(Duration delay, Runnable task) {
      Event event =
          push(now + (long) (Math.max(0, delay.toNanos()) / rate), this, () -> start(task));
      return () -> event.cancelled = true;
    }

    private void start(Runnable task) {
      hand(
          () ->
              Thread.ofVirtual()
                  .start(
                      () -> {
                        try {
                          task.run();
                        } catch (Killed end) {
                          // As wanted.
                        } catch (Throwable failure) {
                          failures.add(failure);
                        } finally {
                          back.release();
                        }
                      }));
    }

    /** Stops the thread that calls for so long; to be called within a task only. */
    void block(Duration duration) {
      if (duration.isZero()) {
        return;
      }
      Semaphore mine = new Semaphore(0);
      blocked.add(mine);
      push(now + duration.toNanos(), this, () -> hand(mine::release));
      back.release();
      mine.acquireUninterruptibly();
      blocked.remove(mine);
      if (dead) {
        throw new Killed();
      }
    }

    /** The process stands still for so long, and does not know it. */
    void stopFor(Duration duration) {
      stoppedUntil = Math.max(stoppedUntil, now + duration.toNanos());
    }

    boolean stopped() {
      return now < stoppedUntil;
    }

    /** Ends the process at once. */
    void kill() {
      dead = true;
      for (Semaphore one : List.copyOf(blocked)) {
        hand(one::release);
      }
    }

    boolean dead() {
      return dead;
    }
  }
}
