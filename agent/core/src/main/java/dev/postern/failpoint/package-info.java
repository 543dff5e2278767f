/** Named places where a test can make the process fail, stop or lose an answer. */
@NullMarked
package dev.postern.failpoint;

import org.jspecify.annotations.NullMarked;
