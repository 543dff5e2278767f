/** The executable: commands, config, wiring, servers. */
@NullMarked
package dev.postern.sidecar;

import org.jspecify.annotations.NullMarked;
