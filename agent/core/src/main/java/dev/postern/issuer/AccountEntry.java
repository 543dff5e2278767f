package dev.postern.issuer;

import java.time.Instant;
import java.util.Optional;

/**
 * Something in the account that gives access: what an intruder would leave behind.
 *
 * @param id the provider's identifier: a key's id, a login's address, an allow-listed address
 * @param description what its maker wrote; never a secret
 * @param createdAt where the provider tells
 */
public record AccountEntry(Type type, String id, String description, Optional<Instant> createdAt) {

  /** What it is. */
  public enum Type {
    KEY,
    SMTP_LOGIN,
    ALLOW_LIST_ENTRY
  }
}
