package dev.postern.kubernetes;

import java.time.Duration;
import java.time.Instant;

/**
 * One tenure of one agent as the rotator of one secret. Thread-safe, never blocks.
 *
 * <p>A term that may not act now may act again later: when the API was away for all, and the Lease
 * is still the same agent's. When it is over, it is over for good.
 */
public final class Term {
  private final String secret;
  private final String holder;
  private final String lease;
  private final int number;
  private final Duration renewDeadline;
  private final FleetTime time;

  /** When the request was begun by which the Lease was renewed last. */
  private record Renewal(long nanos, Instant wall) {}

  private volatile Renewal renewal;
  private volatile boolean over;

  Term(Election.Candidacy candidacy, String lease, int number, FleetTime time, long begunNanos) {
    this.secret = candidacy.secret();
    this.holder = candidacy.holder();
    this.lease = lease;
    this.number = number;
    this.renewDeadline = candidacy.timing().renewDeadline();
    this.time = time;
    this.renewal = renewalBegun(begunNanos);
  }

  public String secret() {
    return secret;
  }

  /** Pod and run of the agent. */
  public String holder() {
    return holder;
  }

  /** How often the Lease had changed hands when it came into these. */
  public int number() {
    return number;
  }

  /** The Lease's uid: numbers of one Lease can be compared. */
  String lease() {
    return lease;
  }

  /**
   * Whether nobody else can be the rotator now. Counted from before the request that renewed the
   * Lease: others count from when they saw it renewed, which is later, and for longer.
   *
   * <p>The wall clock only ever shortens it: the monotonic clock of Linux stands still while a
   * virtual machine is suspended.
   */
  public boolean mayAct() {
    Renewal last = renewal;
    return !over
        && time.nanos() - last.nanos < renewDeadline.toNanos()
        && time.instant().isBefore(last.wall.plus(renewDeadline));
  }

  /** Whether another agent has, or may get, the Lease for good. */
  public boolean isOver() {
    return over;
  }

  void renewed(long begunNanos) {
    renewal = renewalBegun(begunNanos);
  }

  private Renewal renewalBegun(long begunNanos) {
    Duration since = Duration.ofNanos(time.nanos() - begunNanos);
    return new Renewal(begunNanos, time.instant().minus(since));
  }

  void end() {
    over = true;
  }

  @Override
  public String toString() {
    return "term " + number + " of " + holder + " for " + secret;
  }
}
