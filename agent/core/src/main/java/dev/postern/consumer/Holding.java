package dev.postern.consumer;

import dev.postern.SecretName;
import dev.postern.Version;
import java.time.Instant;

/**
 * What one consumer holds of one secret.
 *
 * @param fetched the latest version it fetched
 * @param acknowledged whether it is known to use that version, by the secret's {@link AckMode}
 * @param since when it fetched that version first
 * @param lastSeen when it last asked for the secret
 * @param connected whether it has a connection open now
 */
public record Holding(
    SecretName secret,
    Consumer consumer,
    Version fetched,
    boolean acknowledged,
    Instant since,
    Instant lastSeen,
    boolean connected) {}
