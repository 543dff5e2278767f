/** Time as a port, so that waiting can be tested without waiting. */
@NullMarked
package dev.postern.time;

import org.jspecify.annotations.NullMarked;
