package dev.postern.store;

/**
 * A mark in the store that says: this secret has leaked.
 *
 * @param mark what the one who flagged it wrote: a time, an incident number, a reason. A different
 *     mark is a new flag. Never a secret.
 */
public record CompromiseFlag(String mark) {
  private static final int LONGEST = 256;

  public CompromiseFlag {
    if (mark.isBlank() || mark.length() > LONGEST) {
      throw new IllegalArgumentException("a compromise mark is 1 to 256 characters and not blank");
    }
  }
}
