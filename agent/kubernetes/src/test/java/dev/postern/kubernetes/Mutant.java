package dev.postern.kubernetes;

import static dev.postern.kubernetes.FleetCheck.I1_CURRENT_IS_KEPT;
import static dev.postern.kubernetes.FleetCheck.I1_CURRENT_IS_LIVE;
import static dev.postern.kubernetes.FleetCheck.I1_NOBODY_IS_CUT_EARLY;
import static dev.postern.kubernetes.FleetCheck.I2_ALL_IS_NAMED;
import static dev.postern.kubernetes.FleetCheck.I2_ANOTHERS_IS_KEPT;
import static dev.postern.kubernetes.FleetCheck.I2_NOTHING_IS_LEFT;
import static dev.postern.kubernetes.FleetCheck.I3_REVOKED_IN_TIME;
import static dev.postern.kubernetes.FleetCheck.I4_ALL_LEARN_OF_IT;
import static dev.postern.kubernetes.FleetCheck.I4_NO_WAY_BACK;
import static dev.postern.kubernetes.FleetCheck.I5_ALL_HAS_ENDED;
import static dev.postern.kubernetes.FleetCheck.I5_NOTHING_IS_FORGOTTEN;
import static dev.postern.kubernetes.FleetCheck.I5_NOTHING_IS_WRITTEN_TWICE;
import static dev.postern.kubernetes.FleetCheck.I6_IS_DEAD;
import static dev.postern.kubernetes.FleetCheck.I6_PROBES_ARE_WRITTEN;
import static dev.postern.kubernetes.FleetCheck.I6_WAS_CONTROLLED;
import static dev.postern.kubernetes.FleetCheck.I6_WAS_REFUSED;
import static dev.postern.kubernetes.FleetCheck.I7_NO_ACT_OF_A_FORMER_TERM;
import static dev.postern.kubernetes.FleetCheck.I7_NO_WRITE_OF_A_FORMER_TERM;
import static dev.postern.kubernetes.FleetCheck.I7_ONE_HOLDER_IN_A_TERM;
import static dev.postern.kubernetes.FleetCheck.I7_ONE_ROTATION;
import static dev.postern.kubernetes.FleetCheck.I7_ONE_TERM_MAY_ACT;
import static dev.postern.kubernetes.FleetCheck.I7_REVISION_GROWS;
import static dev.postern.kubernetes.FleetCheck.I8_NO_SECRET_IN_THE_CLUSTER;

import org.jspecify.annotations.Nullable;

/** A fault put in on purpose, to see that a run notices, and by the check that is for it. */
enum Mutant {
  NONE(null),

  // The provider's credentials.
  REVOKES_WHAT_IT_HAS_TESTED(I1_CURRENT_IS_LIVE),
  REVOKES_THE_CURRENT_ONE(I1_CURRENT_IS_KEPT),
  REVOKES_ANOTHER_PROGRAMS(I2_ANOTHERS_IS_KEPT),
  ISSUES_TWICE(I2_ALL_IS_NAMED),
  LEAVES_WHAT_IT_LOST(I2_NOTHING_IS_LEFT),
  LEAVES_WHAT_IT_GAVE_UP(I2_NOTHING_IS_LEFT),
  SAYS_REVOKED_AND_DOES_NOT(I3_REVOKED_IN_TIME),
  WAITS_PAST_THE_DEADLINE(I3_REVOKED_IN_TIME),
  PROBES_WITHOUT_ANSWER(I5_ALL_HAS_ENDED),
  SAYS_REVOKED_AND_REFUSED(I6_IS_DEAD),
  MAKES_UP_REFUSALS(I6_WAS_REFUSED),
  MAKES_UP_CONTROLS(I6_WAS_CONTROLLED),
  CONTROLS_AHEAD_OF_TIME(I6_WAS_CONTROLLED),

  // The store's versions, and who learns of them.
  PUTS_THE_OLD_VALUE_BACK(I4_NO_WAY_BACK),
  SIDECAR_THAT_HEARS_NOTHING(I4_ALL_LEARN_OF_IT),
  SIDECAR_THAT_STAYS_AWAY(I4_ALL_LEARN_OF_IT),
  CUTS_BEFORE_THE_DEADLINE(I1_NOBODY_IS_CUT_EARLY),
  SIDECAR_THAT_SAYS_TOO_SOON(I1_NOBODY_IS_CUT_EARLY),
  HOLDINGS_THAT_FORGET_AN_AGENT(I1_NOBODY_IS_CUT_EARLY),

  // The journal and the election.
  JOURNAL_THAT_LOSES_A_WRITE(I5_NOTHING_IS_FORGOTTEN),
  JOURNAL_THAT_WRITES_TWICE(I5_NOTHING_IS_WRITTEN_TWICE),
  JOURNAL_THAT_LOSES_A_PROBE(I6_PROBES_ARE_WRITTEN),
  ELECTION_BY_WALL_CLOCKS(I7_ONE_TERM_MAY_ACT),
  ACTS_WITHOUT_LOOKING(I7_NO_ACT_OF_A_FORMER_TERM),
  JOURNAL_WITHOUT_FENCE(I7_NO_WRITE_OF_A_FORMER_TERM),
  ELECTION_THAT_DOES_NOT_COUNT(I7_ONE_HOLDER_IN_A_TERM),
  JOURNAL_THAT_REPEATS_A_WRITE(I7_REVISION_GROWS),
  JOURNAL_THAT_LOSES_THE_END(I7_ONE_ROTATION),

  // What is told.
  SECRET_IN_A_REASON(I8_NO_SECRET_IN_THE_CLUSTER),
  SECRET_IN_A_HEARTBEAT(I8_NO_SECRET_IN_THE_CLUSTER);

  /** The check that is to notice it; of the one that is no fault, none. */
  final @Nullable FleetCheck noticedBy;

  Mutant(@Nullable FleetCheck noticedBy) {
    this.noticedBy = noticedBy;
  }
}
