/**
 * The rotation engine: from a flagged secret to a successor in every consumer and a predecessor
 * proven dead.
 */
@NullMarked
package dev.postern.rotation;

import org.jspecify.annotations.NullMarked;
