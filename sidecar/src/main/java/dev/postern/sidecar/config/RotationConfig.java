package dev.postern.sidecar.config;

import dev.postern.rotation.Order;
import dev.postern.rotation.WithoutSuccessor;
import java.time.Duration;
import java.util.Optional;

/**
 * How a secret is rotated.
 *
 * @param maxAge after which a scheduled rotation begins; empty for none
 * @param deadline how long a compromised rotation waits for consumers at most
 * @param grace how long a scheduled rotation leaves the old credential alive
 * @param watch for how long after a leak the account's use is looked at; zero for not at all
 */
public record RotationConfig(
    Optional<Duration> maxAge,
    Duration deadline,
    Duration grace,
    Order order,
    WithoutSuccessor withoutSuccessor,
    Duration watch) {

  /** What holds when the config says nothing. */
  public static final RotationConfig DEFAULT =
      new RotationConfig(
          Optional.empty(),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          Order.OVERLAP,
          WithoutSuccessor.KEEP,
          Duration.ofHours(1));
}
