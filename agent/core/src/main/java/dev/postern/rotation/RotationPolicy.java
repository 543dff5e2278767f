package dev.postern.rotation;

import java.time.Duration;

/**
 * How rotations of one secret run, from the config.
 *
 * @param deadline from the flag to revocation, for a compromised secret
 * @param grace how long consumers may go on with the old version when nothing has leaked
 */
public record RotationPolicy(
    Duration deadline, Duration grace, Order order, WithoutSuccessor withoutSuccessor) {}
