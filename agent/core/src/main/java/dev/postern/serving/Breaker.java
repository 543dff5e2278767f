package dev.postern.serving;

import dev.postern.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker: whether a store may be asked, and how much at a time. Opens after several
 * failed calls in a row, whatever they were about; then one call per interval is let through for
 * the whole store, until one is answered. That a secret does not exist, or is not for this agent,
 * is an answer.
 *
 * <p>Not thread-safe.
 */
final class Breaker {
  static final int FAILURES_TO_OPEN = 5;

  /** As many calls of a healthy store may run at a time. */
  static final int WIDTH = 8;

  /** The longest that a store's wish to be left alone is honoured. */
  static final Duration LONGEST_REST = Duration.ofMinutes(5);

  private final String store;
  private final Duration interval;
  private int failures;
  private boolean open;
  private @Nullable StoreException last;
  private Instant since = Instant.MIN;
  private Instant lastFailure = Instant.MIN;
  private Instant notBefore = Instant.MIN;

  /**
   * @param interval the time between two looks in health
   */
  Breaker(String store, Duration interval) {
    this.store = store;
    this.interval = interval;
  }

  /** The store answered. Returns whether that closed the breaker. */
  boolean answered() {
    boolean wasOpen = open;
    failures = 0;
    open = false;
    last = null;
    notBefore = Instant.MIN;
    return wasOpen;
  }

  /**
   * A call failed, in a way that may pass. Told of the same failure for many secrets, counts it
   * once. Returns whether that opened the breaker.
   */
  boolean failed(StoreException why, Instant now) {
    if (why == last) {
      return false;
    }
    boolean wasOpen = open;
    if (failures == 0) {
      since = now;
    }
    failures++;
    last = why;
    lastFailure = now;
    restUntil(now.plus(rest(why)));
    if (failures >= FAILURES_TO_OPEN) {
      open = true;
      restUntil(now.plus(Pace.draw().failed(interval)));
    }
    return open && !wasOpen;
  }

  private void restUntil(Instant until) {
    if (until.isAfter(notBefore)) {
      notBefore = until;
    }
  }

  /** How long the store is left alone because it asked for that. */
  static Duration rest(StoreException why) {
    Duration asked = why.retryAfter().orElse(Duration.ZERO);
    return asked.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : asked;
  }

  boolean open() {
    return open;
  }

  /** Whether the store may be asked now. */
  boolean allows(Instant now) {
    return !now.isBefore(notBefore)
        // So far ahead only because the clock was set back since.
        || now.plus(LONGEST_REST).plus(interval.multipliedBy(2)).isBefore(notBefore);
  }

  /** How many calls may run at a time: after a failure one, to see what comes of it. */
  int width() {
    return failures == 0 ? WIDTH : 1;
  }

  /** When the store may be asked, if not now. */
  Instant notBefore() {
    return notBefore;
  }

  /**
   * Whether a person's wish may be tried now. It is not told to wait for the next turn, but many
   * wishes at once do not become many calls, and the store's own wish to rest goes first.
   */
  boolean allowsWish(Instant now) {
    boolean resting = last != null && last.retryAfter().isPresent() && !allows(now);
    return !resting && (!open || !now.isBefore(lastFailure.plus(Duration.ofSeconds(1))));
  }

  boolean failing() {
    return failures > 0;
  }

  /** In words for an operator, for a secret that was not asked for because of it. */
  String problem() {
    boolean asked = last != null && last.retryAfter().isPresent();
    return "store "
        + store
        + (asked
            ? " asked to be left alone until " + notBefore.truncatedTo(ChronoUnit.SECONDS)
            : " has not answered since " + since.truncatedTo(ChronoUnit.SECONDS))
        + reason().map(text -> ": " + text).orElse("");
  }

  private Optional<String> reason() {
    return Optional.ofNullable(last).map(StoreException::getMessage);
  }

  StoreCondition condition(Instant now) {
    StoreCondition.State state =
        open
            ? StoreCondition.State.UNREACHABLE
            : failures > 0 ? StoreCondition.State.FAILING : StoreCondition.State.ANSWERING;
    return new StoreCondition(
        store,
        state,
        failures > 0 ? Optional.of(since) : Optional.empty(),
        reason(),
        failures > 0 && now.isBefore(notBefore) ? Optional.of(notBefore) : Optional.empty());
  }
}
