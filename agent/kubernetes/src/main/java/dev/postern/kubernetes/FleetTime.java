package dev.postern.kubernetes;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock and the threads of the fleet's protocol: all that happens later happens through here,
 * so that a test can drive a whole fleet. Thread-safe.
 */
public interface FleetTime {

  /** The machine's clock, and a virtual thread for each task. */
  static FleetTime system() {
    return SystemFleetTime.INSTANCE;
  }

  /** The wall clock: for what people read, never to be compared with another machine's. */
  Instant instant();

  /** Elapsed time from an arbitrary start; goes on while the process is stopped. */
  long nanos();

  /** Runs the task once, after the delay, on a thread of its own that may block. */
  Wakeup after(Duration delay, Runnable task);

  /** A task that is yet to run. */
  interface Wakeup {
    /** It does not begin any more. One that has begun goes on. */
    void cancel();
  }
}
