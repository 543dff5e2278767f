package dev.postern.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Until when a provider wants to be left alone. It said so to one rotation; all others of the same
 * issuer heed it too, instead of each finding out by itself. Thread-safe.
 */
final class ProviderPause {
  /** The longest that a provider's wish to be left alone is honoured within one rotation. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  /** When it wants fewer calls and does not say for how long. */
  private static final Duration UNSAID = Duration.ofSeconds(1);

  private Instant until = Instant.EPOCH;

  synchronized void asked(Instant now, Optional<Duration> wish) {
    Duration pause =
        wish.filter(one -> one.compareTo(LONGEST) <= 0).orElse(wish.isPresent() ? LONGEST : UNSAID);
    Instant end = now.plus(pause);
    if (end.isAfter(until) || isFar(now)) {
      until = end;
    }
  }

  /** When it ends; empty when it has. */
  synchronized Optional<Instant> endsAfter(Instant now) {
    return now.isBefore(until) && !isFar(now) ? Optional.of(until) : Optional.empty();
  }

  /** The clock was set back: this end is no longer what the provider meant. */
  private boolean isFar(Instant now) {
    return until.isAfter(now.plus(LONGEST));
  }
}
