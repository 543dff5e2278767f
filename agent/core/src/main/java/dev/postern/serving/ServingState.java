package dev.postern.serving;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the agent can say about one secret right now. Immutable. */
public sealed interface ServingState {

  /** Why the last look at the store failed, in words for an operator; empty when it did not. */
  Optional<String> problem();

  /** No value was ever read. */
  record Empty(Optional<String> problem) implements ServingState {}

  /**
   * A value is held.
   *
   * @param confirmedAt when the store last said that this is the current version
   */
  record Holding(ServedVersion served, Instant confirmedAt, Optional<String> problem)
      implements ServingState {

    /** Time since the store confirmed the value; never negative, whatever the clock does. */
    public Duration staleness(Instant now) {
      Duration since = Duration.between(confirmedAt, now);
      return since.isNegative() ? Duration.ZERO : since;
    }

    /** Whether the store failed to confirm the value at the last look. */
    public boolean stale() {
      return problem.isPresent();
    }

    /** Whether the value is too old to be served at all. */
    public boolean expired(Instant now, Duration maxStale) {
      return staleness(now).compareTo(maxStale) > 0;
    }
  }
}
