package dev.postern.store;

import dev.postern.Version;
import java.util.Optional;

/**
 * What a store tells about a secret without its value.
 *
 * @param current the version that is served
 * @param flag present while the secret is marked compromised in the store
 */
public record SecretHead(Version current, Optional<CompromiseFlag> flag) {}
