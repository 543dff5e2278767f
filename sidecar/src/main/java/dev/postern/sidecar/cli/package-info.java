/**
 * The command line: commands that ask a running agent over its sockets, and those that start or
 * prepare one. Every command ends with an {@link dev.postern.sidecar.cli.ExitCode}; nothing but
 * {@code Main} exits. Strings that come from the agent are printed without control characters.
 */
@NullMarked
package dev.postern.sidecar.cli;

import org.jspecify.annotations.NullMarked;
