/**
 * The port to a secrets manager. A backend implements {@link dev.postern.store.SecretStore};
 * everything vendor-specific stays behind it.
 */
@NullMarked
package dev.postern.store;

import org.jspecify.annotations.NullMarked;
