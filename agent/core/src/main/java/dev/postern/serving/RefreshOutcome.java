package dev.postern.serving;

/**
 * What came of a refresh that somebody asked for.
 *
 * @param state right after it, with the problem, if there was one
 */
public record RefreshOutcome(Result result, ServingState state) {

  /** In one word. */
  public enum Result {
    /** Another version than before is served. */
    CHANGED,
    /** The store confirms the version that is served. */
    UNCHANGED,
    /** The store answered that it has no value for this agent, or one that cannot be served. */
    REFUSED,
    /** The store did not answer, or wants to be left alone. */
    UNREACHABLE,
    /** An error inside the agent; or it is stopping. */
    FAULT
  }
}
