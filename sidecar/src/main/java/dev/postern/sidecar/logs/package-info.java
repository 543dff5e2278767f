/**
 * What a running agent writes to standard error. Lines are handed to one thread that writes as many
 * as there are with one call of the kernel, so that a line of the audit costs the serving thread
 * little, and a reader of the log that stands still cannot stop the agent.
 *
 * <p>Lines keep their order and are never mixed. What is logged by SLF4J is written when the call
 * returns. A line of the audit is written within some milliseconds; a process that is killed with
 * SIGKILL in between loses it, one that is told to stop does not.
 */
@NullMarked
package dev.postern.sidecar.logs;

import org.jspecify.annotations.NullMarked;
