/** Who holds which version of a secret, and who has acknowledged a new one. */
@NullMarked
package dev.postern.consumer;

import org.jspecify.annotations.NullMarked;
