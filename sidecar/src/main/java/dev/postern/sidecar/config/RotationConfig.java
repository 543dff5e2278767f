package dev.postern.sidecar.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How a secret is rotated.
 *
 * @param maxAge after which a scheduled rotation begins; empty for none
 * @param deadline how long a compromised rotation waits for consumers at most
 * @param grace how long a scheduled rotation leaves the old credential alive
 */
public record RotationConfig(
    Optional<Duration> maxAge,
    Duration deadline,
    Duration grace,
    Order order,
    WithoutSuccessor withoutSuccessor) {

  /** What holds when the config says nothing. */
  public static final RotationConfig DEFAULT =
      new RotationConfig(
          Optional.empty(),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          Order.OVERLAP,
          WithoutSuccessor.KEEP);

  /** Which comes first: the successor, or the end of the old credential. */
  public enum Order implements ConfigWord {
    OVERLAP,
    REVOKE_FIRST
  }

  /** What happens to a compromised credential when no successor can be made by the deadline. */
  public enum WithoutSuccessor implements ConfigWord {
    KEEP,
    REVOKE
  }
}
