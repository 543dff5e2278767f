package dev.postern.failpoint;

import dev.postern.failpoint.Failpoint.Moment;
import java.util.concurrent.atomic.AtomicInteger;

/** Stops the process as a kill -9 would, at the n-th time that a place is reached. */
final class HaltingFailpoints implements Failpoints {
  /** What a shell reports for a process ended by SIGKILL. */
  private static final int KILLED = 137;

  private final Failpoint failpoint;
  private final Moment moment;
  private final AtomicInteger remaining;

  private HaltingFailpoints(Failpoint failpoint, Moment moment, int times) {
    this.failpoint = failpoint;
    this.moment = moment;
    this.remaining = new AtomicInteger(times);
  }

  /** Reads {@code NAME:MOMENT} or {@code NAME:MOMENT:n}. */
  static HaltingFailpoints parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException("a failpoint is written NAME:MOMENT or NAME:MOMENT:n");
    }
    int times = parts.length == 3 ? Integer.parseInt(parts[2]) : 1;
    return new HaltingFailpoints(Failpoint.valueOf(parts[0]), Moment.valueOf(parts[1]), times);
  }

  @Override
  public void reach(Failpoint reached, Moment at) {
    if (reached == failpoint && at == moment && remaining.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(KILLED);
    }
  }
}
