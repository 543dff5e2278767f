/**
 * The client side of the socket API: HTTP/1.1 over a Unix socket with nothing but the JDK, so that
 * a command in a script does not pay for loading the server's libraries. Reads what the agent says
 * with limits on every length; guarantees nothing about what a string from the agent contains.
 */
@NullMarked
package dev.postern.sidecar.cli.client;

import org.jspecify.annotations.NullMarked;
