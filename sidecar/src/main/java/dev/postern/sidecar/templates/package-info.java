/**
 * What a file says: built-in templates and Mustache templates of one's own, filled in with one
 * version of a secret.
 *
 * <p>A template is checked when the config is read, against the names that the secret has: an
 * unknown name, a partial or a broken tag is an error then. Nothing is HTML-escaped; a value is
 * quoted as its format wants it ({@link dev.postern.sidecar.templates.Quoting}), and a value that
 * the format cannot hold is refused, not mangled.
 *
 * <p>Values are never a {@code String} here. jmustache passes on whatever {@code CharSequence} it
 * finds, from our context through our formatter and escaper to our writer, so a value goes from
 * secret memory to secret memory a character at a time; {@code toString()} of every part shows
 * lengths only. What jmustache does hold on the heap is the template's text and the names in it. It
 * quotes both in its exceptions, and these are not passed on. The values of a version are copied
 * while they are rendered, and wiped with the {@link dev.postern.sidecar.templates.Rendered}.
 */
@NullMarked
package dev.postern.sidecar.templates;

import org.jspecify.annotations.NullMarked;
