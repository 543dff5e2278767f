/**
 * The program from outside: agents as processes of their own, with a config, a store and a provider
 * that outlives them.
 */
@NullMarked
package dev.postern.sidecar.e2e;

import org.jspecify.annotations.NullMarked;
