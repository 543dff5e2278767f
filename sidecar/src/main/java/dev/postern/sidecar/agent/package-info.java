/**
 * The composition root: makes the agent out of its config, in the order in which it must come up
 * and go down.
 */
@NullMarked
package dev.postern.sidecar.agent;

import org.jspecify.annotations.NullMarked;
