/** The port to a mail provider that makes, probes, lists and revokes credentials. */
@NullMarked
package dev.postern.issuer;

import org.jspecify.annotations.NullMarked;
