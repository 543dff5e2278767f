package dev.postern.schedule;

import java.time.Instant;
import java.util.Optional;

/** When one secret is to be rotated next. Pure: the same facts give the same time. */
final class DueTime {
  /** Writes of one rotation to its store: stage, promote, and a flag or what is dropped. */
  private static final int WRITES = 3;

  /** In the last tenth of its life a credential is replaced whatever the window says. */
  private static final int PARTS_OF_A_LIFE = 10;

  private final String installation;

  DueTime(String installation) {
    this.installation = installation;
  }

  /**
   * @param at when it begins, at the earliest
   * @param diesAt when the issuer ends the credential by itself, if that is why it does not wait
   *     for its window
   */
  record Due(Instant at, Optional<Instant> diesAt) {}

  /**
   * @param madeAt since when the current version is there
   * @param anchor since when the clock is trusted: stands for times that lie in the future
   */
  Due of(ScheduledSecret secret, Instant madeAt, History history, Instant now, Instant anchor) {
    Instant made = credible(madeAt, now, anchor);
    Instant allowed =
        later(
            history
                .lastFailure()
                .map(at -> credible(at, now, anchor).plus(history.pauseAfterFailure())),
            history
                .lastPromotion()
                .map(
                    at ->
                        credible(at, now, anchor)
                            .plus(secret.writeInterval().multipliedBy(WRITES))));
    Instant aged =
        made.plus(secret.maxAge()).minus(Jitter.of(installation, secret.name(), secret.maxAge()));
    Instant regular = secret.window().openFrom(later(later(aged, allowed), now));
    Optional<Instant> dying =
        secret
            .lifetime()
            .map(life -> later(made.plus(life.minus(life.dividedBy(PARTS_OF_A_LIFE))), allowed))
            .filter(last -> last.isBefore(regular));
    return dying
        .map(last -> new Due(last, secret.lifetime().map(made::plus)))
        .orElseGet(() -> new Due(regular, Optional.empty()));
  }

  /** When a version made at this time has its maximum age; the window and failures move it not. */
  Instant oldAt(ScheduledSecret secret, Instant madeAt, Instant now, Instant anchor) {
    return credible(madeAt, now, anchor).plus(secret.maxAge());
  }

  /** A time in the future was written while the clock was wrong. */
  private static Instant credible(Instant at, Instant now, Instant anchor) {
    return at.isAfter(now) ? anchor : at;
  }

  private static Instant later(Optional<Instant> one, Optional<Instant> other) {
    return later(one.orElse(Instant.EPOCH), other.orElse(Instant.EPOCH));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
