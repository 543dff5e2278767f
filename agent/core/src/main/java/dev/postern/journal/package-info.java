/** The durable, append-only record of every rotation, written before and after each act. */
@NullMarked
package dev.postern.journal;

import org.jspecify.annotations.NullMarked;
