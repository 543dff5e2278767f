package dev.postern.serving;

import java.time.Instant;
import java.util.Optional;

/**
 * How a store has answered lately, as a whole: what is wrong with one secret alone is said of that
 * secret. Immutable.
 *
 * @param store its name in the config
 * @param state in one word
 * @param since when the first of the calls was made that have failed since the last answer
 * @param problem why the last call failed
 * @param nextLook when it is asked again, where it is left alone until then
 */
public record StoreCondition(
    String store,
    State state,
    Optional<Instant> since,
    Optional<String> problem,
    Optional<Instant> nextLook) {

  /** From well to not. */
  public enum State {
    /** The last call was answered, or there was none yet. */
    ANSWERING,
    /** The last call failed, or was too much for the store. */
    FAILING,
    /** So many calls in a row failed that it is asked by one call at a time, and seldom. */
    UNREACHABLE
  }
}
