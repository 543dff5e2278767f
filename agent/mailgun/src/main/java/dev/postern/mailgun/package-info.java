/** Mailgun as a credential issuer. */
@NullMarked
package dev.postern.mailgun;

import org.jspecify.annotations.NullMarked;
