package dev.postern.mailgun.simulator;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Everything about the account that outlives the process, unchangeable. Secrets are known by their
 * digests, but for the signing key, which the vendor shows again.
 *
 * @param domains by name, with the time they were added
 * @param keys by id
 * @param logins by address
 * @param allowed addresses or CIDR blocks with their descriptions
 */
record AccountState(
    Map<String, Instant> domains,
    Map<String, StoredKey> keys,
    Map<String, StoredLogin> logins,
    Map<String, String> allowed,
    Concealed signingKey) {

  record StoredKey(SimulatedKey key, String digest) {}

  record StoredLogin(SimulatedLogin login, String digest) {}

  AccountState {
    domains = inOrder(domains);
    keys = inOrder(keys);
    logins = inOrder(logins);
    allowed = inOrder(allowed);
  }

  static AccountState empty(Concealed signingKey) {
    return new AccountState(Map.of(), Map.of(), Map.of(), Map.of(), signingKey);
  }

  AccountState withDomains(Consumer<Map<String, Instant>> change) {
    return new AccountState(changed(domains, change), keys, logins, allowed, signingKey);
  }

  AccountState withKeys(Consumer<Map<String, StoredKey>> change) {
    return new AccountState(domains, changed(keys, change), logins, allowed, signingKey);
  }

  AccountState withLogins(Consumer<Map<String, StoredLogin>> change) {
    return new AccountState(domains, keys, changed(logins, change), allowed, signingKey);
  }

  AccountState withAllowed(Consumer<Map<String, String>> change) {
    return new AccountState(domains, keys, logins, changed(allowed, change), signingKey);
  }

  AccountState withSigningKey(Concealed replacement) {
    return new AccountState(domains, keys, logins, allowed, replacement);
  }

  private static <V> Map<String, V> changed(Map<String, V> map, Consumer<Map<String, V>> change) {
    Map<String, V> copy = new LinkedHashMap<>(map);
    change.accept(copy);
    return copy;
  }

  private static <V> Map<String, V> inOrder(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
