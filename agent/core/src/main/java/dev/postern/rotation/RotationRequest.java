package dev.postern.rotation;

import dev.postern.SecretName;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What somebody asks for.
 *
 * @param reason free text for the receipt; never a secret
 * @param requestedBy who asked, such as {@code uid 0 pid 4711 (postern)} or {@code store flag}
 * @param deadline instead of the policy's
 * @param order instead of the policy's
 * @param batch the name of a bulk request: asked for again, it does not rotate a secret twice
 */
public record RotationRequest(
    SecretName secret,
    Cause cause,
    String reason,
    String requestedBy,
    Optional<Duration> deadline,
    Optional<Order> order,
    Optional<String> batch) {

  private static final Pattern BATCH = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /** A request that belongs to no batch. */
  public RotationRequest(
      SecretName secret,
      Cause cause,
      String reason,
      String requestedBy,
      Optional<Duration> deadline,
      Optional<Order> order) {
    this(secret, cause, reason, requestedBy, deadline, order, Optional.empty());
  }

  /** Whether a batch may be called so. */
  public static boolean isLegalBatch(String name) {
    return BATCH.matcher(name).matches();
  }
}
