package dev.postern.schedule;

import dev.postern.SecretName;
import java.time.Duration;
import java.util.Optional;

/**
 * A secret that is rotated when it has reached an age.
 *
 * @param lifetime after which its issuer ends a credential by itself, if it does
 * @param writeInterval how far apart its store wants writes to be, in the long run
 */
public record ScheduledSecret(
    SecretName name,
    Duration maxAge,
    MaintenanceWindow window,
    Optional<Duration> lifetime,
    Duration writeInterval) {}
