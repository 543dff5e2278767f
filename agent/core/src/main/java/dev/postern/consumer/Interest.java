package dev.postern.consumer;

import dev.postern.SecretName;
import java.time.Instant;
import java.util.Optional;

/**
 * What one consumer has to do with one secret: it holds a version, or watches for the next one, or
 * both.
 *
 * @param holding none for one who only watches, and so has nothing that a revocation could break
 * @param watching whether it has a watch or a long poll open now
 * @param since when it fetched the version that it holds first; when it began to watch, if it holds
 *     none
 */
public record Interest(
    SecretName secret,
    Consumer consumer,
    Optional<Holding> holding,
    boolean watching,
    Instant since) {}
