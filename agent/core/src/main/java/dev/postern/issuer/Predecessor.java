package dev.postern.issuer;

import dev.postern.SecretFields;
import java.util.Optional;

/**
 * The credential that is to be replaced.
 *
 * @param id the provider's identifier, where it is known
 * @param fields its value as the store holds it; the caller closes it
 */
public record Predecessor(Optional<String> id, SecretFields fields) {}
