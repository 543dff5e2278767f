/**
 * What a store or an issuer can tell a person who sets Postern up: which checks prove that a
 * configuration works, without changing anything. Each backend contributes its own; {@code postern
 * doctor} runs them.
 */
@NullMarked
package dev.postern.checkup;

import org.jspecify.annotations.NullMarked;
