package dev.postern.issuer;

import java.time.Instant;
import java.util.Optional;

/**
 * A person with access to the provider's account.
 *
 * @param name the e-mail address, else the provider's id of the user
 * @param passwordChangedAt where the provider tells
 * @param secondFactor whether a second factor is asked for at log-in
 */
public record AccountUser(
    String name, String role, Optional<Instant> passwordChangedAt, boolean secondFactor) {}
