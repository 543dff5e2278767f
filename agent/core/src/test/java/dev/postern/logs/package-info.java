/** What the tests log. */
@NullMarked
package dev.postern.logs;

import org.jspecify.annotations.NullMarked;
