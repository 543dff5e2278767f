/**
 * The values being served: fetched once, refreshed with jitter and back-off, published as immutable
 * snapshots.
 */
@NullMarked
package dev.postern.serving;

import org.jspecify.annotations.NullMarked;
