package dev.postern.rotation;

import dev.postern.SecretName;
import java.time.Instant;
import java.util.Optional;

/**
 * How one secret stands with its rotations, for those who watch over many. Read from memory, and
 * cheap however long the journal is; the same after a restart. Immutable.
 *
 * @param dueAt by when the running rotation shall have taken the old credential out of use: its
 *     deadline, or the end of the grace that consumers were given; empty while none runs
 * @param unprovenLeakSince by when the leaked credential was to be dead that is not proven dead:
 *     the earliest such deadline, running or ended; empty when every leak is proven dead, was
 *     cancelled by a person, or was followed by a rotation that came to its end
 * @param needsOperator whether the latest rotation ended because only a person can go on
 */
public record RotationStanding(
    SecretName secret,
    Optional<Instant> dueAt,
    Optional<Instant> unprovenLeakSince,
    boolean needsOperator) {}
