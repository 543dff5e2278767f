/**
 * The socket that local programs use and the socket for administration: HTTP/1.1 on Unix sockets.
 *
 * <p>Who may do what is decided by the user and group of the peer, as the kernel named them when
 * the connection was made; what is not allowed is denied, in the same words whether or not it
 * exists. A cached value is answered from one prepared buffer in secret memory.
 *
 * <p>Does not protect against root, nor against a consumer that passes on what it was given.
 */
@NullMarked
package dev.postern.sidecar.server;

import org.jspecify.annotations.NullMarked;
