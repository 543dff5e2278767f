package dev.postern.kubernetes.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a {@code coordination.k8s.io/v1} Lease says.
 *
 * @param holder empty when it was released
 * @param duration whole seconds on the wire
 * @param acquired by the holder's clock; never to be compared with one's own
 * @param renewed by the holder's clock; never to be compared with one's own
 * @param transitions how often it changed hands
 */
public record LeaseSpec(
    String holder,
    Duration duration,
    Optional<Instant> acquired,
    Optional<Instant> renewed,
    int transitions) {

  public LeaseSpec renewedAt(Instant now) {
    return new LeaseSpec(holder, duration, acquired, Optional.of(now), transitions);
  }

  /** Nobody's from now on; the duration is the shortest, as the API allows no zero. */
  public LeaseSpec released() {
    return new LeaseSpec("", Duration.ofSeconds(1), acquired, renewed, transitions);
  }
}
