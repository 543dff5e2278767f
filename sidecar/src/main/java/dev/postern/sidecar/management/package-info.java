/**
 * Metrics and health by TCP, for whoever can reach the address: names, versions and numbers only,
 * never a secret.
 */
@NullMarked
package dev.postern.sidecar.management;

import org.jspecify.annotations.NullMarked;
