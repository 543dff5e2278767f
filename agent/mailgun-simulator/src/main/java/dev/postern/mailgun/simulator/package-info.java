/** A Mailgun that runs in the process, for trying Postern out and for its tests. */
@NullMarked
package dev.postern.mailgun.simulator;

import org.jspecify.annotations.NullMarked;
