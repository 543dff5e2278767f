/**
 * Rotations that nobody asks for: a secret that has reached its age is rotated when its maintenance
 * window is open. What is decided here follows from the journal, the store and the clock, so that a
 * restart changes none of it.
 */
@NullMarked
package dev.postern.schedule;

import org.jspecify.annotations.NullMarked;
