package dev.postern.serving;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * When a secret is looked at next. Used by its store's loop only, but for what is volatile.
 *
 * <p>A secret is asked for by one call at a time: unless it is {@link #free()}, nothing asks.
 */
final class Turn {
  final ServedSecret secret;
  private final Duration refresh;
  private Instant due = Instant.EPOCH;
  private boolean failing;

  /** A call about it runs or waits for room. */
  private boolean busy;

  /** Somebody wanted a look while one was running already. */
  private boolean again;

  /** A call about it was given up, and has not come back. */
  boolean hanging;

  /** Whether the compromised mark stood in the store at the last look. */
  private boolean flagged;

  /** Whether the flag's listener is being told. */
  volatile boolean telling;

  /** A rotation of it runs. */
  volatile boolean rotating;

  /** Of those who want it refreshed by a call that begins after they asked. */
  final List<CompletableFuture<RefreshOutcome>> wishes = new ArrayList<>();

  /** Of those whose call runs. */
  private final List<CompletableFuture<RefreshOutcome>> asked = new ArrayList<>();

  Turn(ServedSecret secret) {
    this.secret = secret;
    this.refresh = secret.definition().refresh();
  }

  boolean busy() {
    return busy;
  }

  void begin() {
    busy = true;
  }

  void end() {
    busy = false;
    if (again) {
      again = false;
      due = Instant.EPOCH;
    }
  }

  void soon() {
    again = busy;
    due = busy ? due : Instant.EPOCH;
  }

  boolean free() {
    return !busy && !hanging;
  }

  /** The call that the wishes so far wait for begins. */
  void grant() {
    asked.addAll(wishes);
    wishes.clear();
  }

  /** The call of those who asked has come to an end. */
  void fulfil(RefreshOutcome.Result result) {
    RefreshOutcome outcome = new RefreshOutcome(result, secret.state());
    asked.forEach(one -> one.complete(outcome));
    asked.clear();
  }

  /** Whether it is its turn, or so nearly that it may go with others. */
  boolean due(Instant now, boolean withOthers) {
    if (!free()) {
      return false;
    }
    Instant from = withOthers ? due(now).minus(Pace.window(refresh)) : due(now);
    return !now.isBefore(from);
  }

  /** When it is due; at once if that is further away than any pause: the clock was set back. */
  Instant due(Instant now) {
    Duration longest = Breaker.LONGEST_REST.plus(refresh.multipliedBy(2));
    return due.isAfter(now.plus(longest)) ? now : due;
  }

  void answered(Instant now, Pace pace, boolean nowFlagged) {
    failing = false;
    flagged = nowFlagged;
    due = now.plus(pace.healthy(refresh, flagged || rotating));
  }

  /**
   * @param rest how long the store wants to be left alone
   */
  void failed(Instant now, Pace pace, Duration rest) {
    failing = true;
    Duration pause = pace.failed(refresh);
    due = now.plus(rest.compareTo(pause) > 0 ? rest : pause);
  }

  void dueAt(Instant when) {
    due = when;
  }

  /** A rotation has begun: the pause that was decided before it may be too long now. */
  void hasten(Instant now, Pace pace) {
    Instant sooner = now.plus(pace.healthy(refresh, true));
    if (!failing && sooner.isBefore(due(now))) {
      due = sooner;
    }
  }

  Duration refresh() {
    return refresh;
  }
}
