/**
 * The config file: one YAML document read into immutable records, with every problem reported at
 * once, each with its line, its key and, where one is near, the word that was probably meant.
 *
 * <p>Use {@link dev.postern.sidecar.config.ConfigLoader#load}. Binding is written out by hand, so
 * that a key exists only where a line of code asks for it.
 *
 * <p>The records hold no secret, only where secrets are kept. A value that looks like a secret is
 * refused, and no message repeats it; a value is repeated in a message only where its key says that
 * it is harmless. A secret that is pasted under a harmless key and has no known shape is not
 * recognised.
 */
@NullMarked
package dev.postern.sidecar.config;

import org.jspecify.annotations.NullMarked;
