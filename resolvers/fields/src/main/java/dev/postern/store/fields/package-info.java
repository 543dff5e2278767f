/**
 * The text form of a secret's fields, for stores that keep one text per secret: a value of AWS
 * Secrets Manager, a variable of Conjur. Not a resolver; the resolvers use it so that a secret can
 * move from one store to another as it is.
 *
 * <p><b>The form.</b> A text that begins with an opening brace is a JSON object, and each of its
 * members is a field. Any other text is a plain value: the one field {@code value}, byte for byte.
 * Writing follows the same rule backwards, so what was read is written alike.
 *
 * <p><b>Does not protect against</b> copies on the heap: the JSON library and the vendors' clients
 * make {@code String}s, which live until they are collected.
 */
@NullMarked
package dev.postern.store.fields;

import org.jspecify.annotations.NullMarked;
