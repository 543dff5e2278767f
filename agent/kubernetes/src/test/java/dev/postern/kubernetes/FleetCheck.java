package dev.postern.kubernetes;

/**
 * What is looked at in a simulated fleet, by the invariant of DESIGN that it belongs to. Each has a
 * {@link Mutant} that it, and no other, is to notice.
 */
enum FleetCheck {
  I1_CURRENT_IS_LIVE,
  I1_CURRENT_IS_KEPT,
  I1_NOBODY_IS_CUT_EARLY,
  I2_ANOTHERS_IS_KEPT,
  I2_ALL_IS_NAMED,
  I2_NOTHING_IS_LEFT,
  I3_REVOKED_IN_TIME,
  I4_NO_WAY_BACK,
  I4_ALL_LEARN_OF_IT,
  I5_ALL_HAS_ENDED,
  I5_NOTHING_IS_FORGOTTEN,
  I5_NOTHING_IS_WRITTEN_TWICE,
  I6_PROBES_ARE_WRITTEN,
  I6_IS_DEAD,
  I6_WAS_REFUSED,
  I6_WAS_CONTROLLED,
  I7_ONE_TERM_MAY_ACT,
  I7_NO_ACT_OF_A_FORMER_TERM,
  I7_NO_WRITE_OF_A_FORMER_TERM,
  I7_ONE_HOLDER_IN_A_TERM,
  I7_REVISION_GROWS,
  I7_ONE_ROTATION,
  I8_NO_SECRET_IN_THE_CLUSTER;

  /** What must hold did not. */
  static final class Broken extends AssertionError {
    private static final long serialVersionUID = 1L;

    final FleetCheck check;

    private Broken(FleetCheck check, String what) {
      super(check + ": " + what);
      this.check = check;
    }
  }

  Broken broken(String what) {
    return new Broken(this, what);
  }

  /** Makes a comparison that fails a failure of this check. */
  void holds(Runnable comparison) {
    try {
      comparison.run();
    } catch (AssertionError failed) {
      Broken broken = broken(String.valueOf(failed.getMessage()));
      broken.initCause(failed);
      throw broken;
    }
  }
}
