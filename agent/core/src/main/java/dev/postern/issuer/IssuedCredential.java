package dev.postern.issuer;

import dev.postern.SecretFields;

/**
 * A credential as its provider shows it, once. Whoever receives it closes it.
 *
 * @param id the provider's own identifier, not secret
 * @param fields what goes into the store: the kind's fields and, for keys, {@code api_key_id}
 */
public record IssuedCredential(String id, SecretFields fields) implements AutoCloseable {

  @Override
  public void close() {
    fields.close();
  }
}
