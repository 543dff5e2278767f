/** Linux memory for secrets: locked, left out of core dumps, wiped. */
@NullMarked
package dev.postern.linux;

import org.jspecify.annotations.NullMarked;
