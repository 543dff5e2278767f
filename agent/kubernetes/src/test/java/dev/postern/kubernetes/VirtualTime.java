package dev.postern.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One clock for many hosts, that jumps from event to event. Tasks run on threads beside the
 * caller's so that they can block in a call, but only ever one at a time: the same seed gives the
 * same run.
 *
 * <p>Whichever thread has the turn takes event after event, and runs tasks itself: only a task that
 * blocks costs a change of threads, when it gives the turn away and when it gets it back.
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

  /** Either something to run, or a thread that gets the turn back. */
  private static final class Event implements Comparable<Event> {
    final long at;
    final long order;
    final @Nullable Host host;
    final @Nullable Runnable run;
    final @Nullable Worker sleeper;
    boolean cancelled;

    Event(
        long at,
        long order,
        @Nullable Host host,
        @Nullable Runnable run,
        @Nullable Worker sleeper) {
      this.at = at;
      this.order = order;
      this.host = host;
      this.run = run;
      this.sleeper = sleeper;
    }

    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final Semaphore back = new Semaphore(0);

  /** Threads without a task, that wait for the turn. */
  private final Deque<Worker> idle = new ArrayDeque<>();

  /** The one that has the turn. */
  private @Nullable Worker turn;

  private BooleanSupplier enough = () -> true;

  /** An event was taken, and what must hold after it was not looked at yet. */
  private boolean unchecked;

  private @Nullable Throwable failure;
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
    push(now + delay.toNanos(), null, task, null);
  }

  private Event push(
      long at, @Nullable Host host, @Nullable Runnable run, @Nullable Worker sleeper) {
    Event event = new Event(at, orders++, host, run, sleeper);
    queue.add(event);
    return event;
  }

  void runFor(Duration duration) {
    long end = now + duration.toNanos();
    drive(() -> nothingUntil(end));
    now = end;
  }

  /** Fails when the condition does not hold within that time. */
  void runUntil(BooleanSupplier condition, Duration most, String what) {
    long end = now + most.toNanos();
    drive(
        () -> {
          if (condition.getAsBoolean()) {
            return true;
          }
          if (nothingUntil(end)) {
            throw new AssertionError("not within " + most + ": " + what);
          }
          return false;
        });
  }

  private boolean nothingUntil(long end) {
    Event next = queue.peek();
    return next == null || next.at > end;
  }

  /** Lets the workers take events until it is enough, and waits for them. */
  private void drive(BooleanSupplier until) {
    enough = until;
    unchecked = false;
    failure = null;
    new Worker().begin();
    back.acquireUninterruptibly();
    Throwable broken = failure;
    if (broken instanceof Error error) {
      throw error;
    }
    if (broken instanceof RuntimeException bug) {
      throw bug;
    }
  }

  /** A thread that takes events as long as it has the turn. */
  private final class Worker {
    private final Semaphore wake = new Semaphore(0);
    private boolean dismissed;

    /** Whoever waits until the task of a host that was killed has unwound. */
    private @Nullable Semaphore killer;

    void begin() {
      turn = this;
      var _ = Thread.ofVirtual().start(this::work);
    }

    private void work() {
      try {
        while (takesAnother()) {
          // Until it is enough, or this thread is not needed any more.
        }
      } catch (Throwable broken) {
        failure = broken;
        over();
      }
    }

    private boolean takesAnother() {
      if (unchecked) {
        unchecked = false;
        afterEach.run();
      }
      if (failure != null || enough.getAsBoolean()) {
        over();
        return false;
      }
      Event event = queue.remove();
      Host host = event.host;
      if (event.cancelled || (host != null && host.dead)) {
        return true;
      }
      if (host != null && event.at < host.stoppedUntil) {
        push(host.stoppedUntil, host, event.run, event.sleeper);
        return true;
      }
      now = Math.max(now, event.at);
      unchecked = true;
      if (event.sleeper != null) {
        idle.push(this);
        event.sleeper.takeTurn();
        wake.acquireUninterruptibly();
        return !dismissed;
      }
      run(event);
      return killer == null;
    }

    private void run(Event event) {
      Runnable task = java.util.Objects.requireNonNull(event.run);
      if (event.host == null) {
        task.run();
        return;
      }
      try {
        task.run();
      } catch (Killed end) {
        // As wanted.
      } catch (Throwable bug) {
        failure = new AssertionError("a task failed", bug);
      }
      if (killer != null) {
        killer.release();
      }
    }

    private void takeTurn() {
      turn = this;
      wake.release();
    }

    /** Gives the turn to another worker until the event comes that gives it back. */
    private void sleep() {
      Worker other = idle.poll();
      if (other == null) {
        new Worker().begin();
      } else {
        other.takeTurn();
      }
      wake.acquireUninterruptibly();
    }

    private void over() {
      for (Worker one : idle) {
        one.dismissed = true;
        one.wake.release();
      }
      idle.clear();
      back.release();
    }
  }

  /** A machine with an agent on it. */
  final class Host implements FleetTime {
    private final Duration skew;
    private final double rate;
    private final Set<Worker> blocked = new LinkedHashSet<>();
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
      Event event = push(now + (long) (Math.max(0, delay.toNanos()) / rate), this, task, null);
      return () -> event.cancelled = true;
    }

    /** Stops the thread that calls for so long; to be called within a task only. */
    void block(Duration duration) {
      if (duration.isZero()) {
        return;
      }
      if (dead) {
        throw new Killed();
      }
      Worker mine = java.util.Objects.requireNonNull(turn);
      blocked.add(mine);
      push(now + duration.toNanos(), this, null, mine);
      mine.sleep();
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
      for (Worker one : List.copyOf(blocked)) {
        Semaphore unwound = new Semaphore(0);
        one.killer = unwound;
        one.wake.release();
        unwound.acquireUninterruptibly();
      }
    }

    boolean dead() {
      return dead;
    }
  }
}
