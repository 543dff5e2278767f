/**
 * Finds credentials at the providers that this installation made and nothing claims any more, and
 * deletes them.
 *
 * <p>A credential is ours when its description is a {@link dev.postern.RotationTag} of this
 * installation; others are never touched. It is claimed, and so left alone, by the store (its
 * current or pending version is this credential), by the journal (its successor role in a promoted
 * rotation, or a predecessor not yet revoked), or by a rotation that has not ended. Where something
 * cannot be told, nothing is deleted.
 */
@NullMarked
package dev.postern.orphan;

import org.jspecify.annotations.NullMarked;
