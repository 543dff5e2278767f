/**
 * What Prometheus is told: every meter, with its name, its labels and its help, is made here.
 *
 * <p>Labels are bounded by the config. A scrape reads what the agent holds in memory and never
 * touches a store or a provider. No meter holds a secret.
 */
@NullMarked
package dev.postern.sidecar.metrics;

import org.jspecify.annotations.NullMarked;
