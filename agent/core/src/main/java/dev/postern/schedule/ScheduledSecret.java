package dev.postern.schedule;

import dev.postern.SecretName;
import dev.postern.rotation.RotationTarget;
import java.time.Duration;
import java.util.Optional;

/**
 * A secret that is rotated when it has reached an age.
 *
 * @param lifetime after which its issuer ends a credential by itself, if it does
 */
public record ScheduledSecret(
    RotationTarget target, Duration maxAge, MaintenanceWindow window, Optional<Duration> lifetime) {

  SecretName name() {
    return target.secret().name();
  }
}
