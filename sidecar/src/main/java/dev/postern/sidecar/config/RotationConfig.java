package dev.postern.sidecar.config;

import dev.postern.rotation.Order;
import dev.postern.rotation.WithoutSuccessor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a secret is rotated.
 *
 * @param maxAge after which a scheduled rotation begins; empty for none
 * @param window when a scheduled rotation may begin; always when empty
 * @param deadline how long a compromised rotation waits for consumers at most
 * @param grace how long a scheduled rotation leaves the old credential alive
 * @param watch for how long after a leak the account's use is looked at; zero for not at all
 * @param logins for {@code mailgun-smtp}: the two logins that take turns; empty when the one
 *     login's password is replaced in place
 */
public record RotationConfig(
    Optional<Duration> maxAge,
    Optional<WindowConfig> window,
    Duration deadline,
    Duration grace,
    Order order,
    WithoutSuccessor withoutSuccessor,
    Duration watch,
    List<String> logins) {

  /** What holds when the config says nothing. */
  public static final RotationConfig DEFAULT =
      new RotationConfig(
          Optional.empty(),
          Optional.empty(),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          Order.OVERLAP,
          WithoutSuccessor.KEEP,
          Duration.ofHours(1),
          List.of());
}
