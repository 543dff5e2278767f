package dev.postern.kubernetes;

/**
 * Whose a journal is.
 *
 * @param lease the uid of the Lease by which the term was won
 * @param term the term's number; grows within one Lease
 * @param holder pod and run of the agent
 */
record Fence(String lease, int term, String holder) {
  static final Fence NONE = new Fence("", -1, "");

  static Fence of(Term term) {
    return new Fence(term.lease(), term.number(), term.holder());
  }

  /**
   * Whether a journal that carries this fence is lost for the owner of the other one. Terms of two
   * Leases cannot be compared: one of them was deleted by a person, and the later writer holds.
   */
  boolean bars(Fence other) {
    return !equals(other) && !equals(NONE) && !(lease.equals(other.lease) && term < other.term);
  }

  /** Whether the other one, with a term that began later, has been here. */
  boolean isLaterThan(Fence other) {
    return lease.equals(other.lease) && term > other.term;
  }
}
