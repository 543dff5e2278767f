/** The store on HashiCorp Vault and OpenBao. */
@NullMarked
package dev.postern.store.vault;

import org.jspecify.annotations.NullMarked;
