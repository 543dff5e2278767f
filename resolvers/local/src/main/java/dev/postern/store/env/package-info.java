/** Environment variables as a read-only store. */
@NullMarked
package dev.postern.store.env;

import org.jspecify.annotations.NullMarked;
