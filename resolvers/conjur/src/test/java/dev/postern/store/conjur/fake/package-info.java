/** A strict Conjur for tests: what was observed on a real one, and what goes wrong before it. */
@NullMarked
package dev.postern.store.conjur.fake;

import org.jspecify.annotations.NullMarked;
