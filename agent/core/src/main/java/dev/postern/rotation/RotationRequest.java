package dev.postern.rotation;

import dev.postern.SecretName;
import java.time.Duration;
import java.util.Optional;

/**
 * What somebody asks for.
 *
 * @param reason free text for the receipt; never a secret
 * @param requestedBy who asked, such as {@code uid 0 pid 4711 (postern)} or {@code store flag}
 * @param deadline instead of the policy's
 * @param order instead of the policy's
 */
public record RotationRequest(
    SecretName secret,
    Cause cause,
    String reason,
    String requestedBy,
    Optional<Duration> deadline,
    Optional<Order> order) {}
