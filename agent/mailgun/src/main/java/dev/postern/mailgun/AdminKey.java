package dev.postern.mailgun;

import dev.postern.SecretBytes;

/**
 * Where the account key comes from with which Postern makes and deletes other keys.
 *
 * <p>Read at the first call, kept in secret memory, and read once more when Mailgun refuses it,
 * because admin keys are rotated too. May block and may be called from several threads at once.
 */
@FunctionalInterface
public interface AdminKey {

  /**
   * The present value, which the caller closes. May fail with a {@link
   * dev.postern.store.StoreException}, whose text reaches the caller of the issuer.
   */
  SecretBytes read();
}
