package dev.postern.issuer;

import java.time.Instant;
import java.util.Optional;

/**
 * A credential that exists at the provider and is not disabled or expired, without its secret.
 *
 * @param id the provider's own identifier
 * @param description what its maker wrote; Postern writes its {@link dev.postern.RotationTag}
 * @param createdAt where the provider tells
 */
public record LiveCredential(String id, String description, Optional<Instant> createdAt) {}
