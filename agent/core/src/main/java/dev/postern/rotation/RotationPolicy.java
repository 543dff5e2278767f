package dev.postern.rotation;

import java.time.Duration;

/**
 * How rotations of one secret run, from the config.
 *
 * @param deadline from the flag to revocation, for a compromised secret
 * @param grace how long consumers may go on with the old version when nothing has leaked
 * @param watch for how long after the revocation of a leaked credential the account's use is looked
 *     at; zero for not at all
 */
public record RotationPolicy(
    Duration deadline,
    Duration grace,
    Order order,
    WithoutSuccessor withoutSuccessor,
    Duration watch) {

  /** Without looks at the account's use. */
  public RotationPolicy(
      Duration deadline, Duration grace, Order order, WithoutSuccessor withoutSuccessor) {
    this(deadline, grace, order, withoutSuccessor, Duration.ZERO);
  }
}
