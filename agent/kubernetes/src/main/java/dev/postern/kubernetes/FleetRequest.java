package dev.postern.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody asks for a rotation, at any agent or by an annotation. May be told more than once, and
 * to more than one rotator in turn: to take it up twice means to join the rotation that runs.
 *
 * @param id names it until it is settled
 * @param cause the wire name of a cause
 * @param reason free text for the receipt; never a secret
 * @param deadline instead of the policy's
 * @param order the wire name of an order, instead of the policy's
 * @param batch the bulk request that it belongs to
 * @param at by the asking agent's clock
 */
public record FleetRequest(
    String id,
    String secret,
    String cause,
    String reason,
    String requestedBy,
    Optional<Duration> deadline,
    Optional<String> order,
    Optional<String> batch,
    Instant at) {}
