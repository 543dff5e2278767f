package dev.postern.issuer;

import java.time.Instant;

/**
 * That a credential was used, as the provider's log tells it.
 *
 * @param source the address it was used from; {@code unknown} where the log does not say
 * @param first the earliest use in the time asked about
 * @param last the latest use in the time asked about
 */
public record CredentialUse(String source, long count, Instant first, Instant last) {}
