/**
 * The few calls of the Kubernetes API that a fleet needs, as a port, and the one that makes them.
 * The protocol above it knows no type of the client library.
 */
@NullMarked
package dev.postern.kubernetes.api;

import org.jspecify.annotations.NullMarked;
