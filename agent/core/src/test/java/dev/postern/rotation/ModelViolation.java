package dev.postern.rotation;

/**
 * A promise was broken. An {@link Error}, so that nothing in the engine can take it for its own.
 */
final class ModelViolation extends Error {
  private static final long serialVersionUID = 1L;

  private final String invariant;

  ModelViolation(String invariant, String what) {
    super(invariant + ": " + what, null, false, false);
    this.invariant = invariant;
  }

  String invariant() {
    return invariant;
  }

  static void require(boolean holds, String invariant, String what) {
    if (!holds) {
      throw new ModelViolation(invariant, what);
    }
  }
}
