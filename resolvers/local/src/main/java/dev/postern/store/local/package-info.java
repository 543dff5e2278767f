/** The embedded store: one age-encrypted file. */
@NullMarked
package dev.postern.store.local;

import org.jspecify.annotations.NullMarked;
