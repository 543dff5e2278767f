package dev.postern.serving;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import java.time.Duration;
import java.util.Map;

/**
 * A secret as the config defines it, with the store it is read from.
 *
 * @param attributes what is not secret but needed to send: domain, region, API base, SMTP host
 * @param refresh the time between two looks at the store, before jitter
 * @param maxStale how old the last confirmation by the store may be before the value is refused
 */
public record SecretDefinition(
    SecretName name,
    SecretKind kind,
    SecretStore store,
    SecretPath path,
    Map<String, String> attributes,
    Duration refresh,
    Duration maxStale) {

  public SecretDefinition {
    attributes = Map.copyOf(attributes);
  }
}
