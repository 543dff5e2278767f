package dev.postern.journal;

import dev.postern.RotationId;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One fact about one rotation. Holds ids, states and words, never a secret byte.
 *
 * @param details by the names in {@link RotationEvent.Detail}
 */
public record RotationEvent(
    RotationId rotation, Instant at, Fact fact, SortedMap<Detail, String> details) {

  /** What kind of fact it is. Names are written to disk: add, never rename. */
  public enum Fact {
    /** The rotation exists; carries its whole plan. */
    PLANNED,
    /** A step is about to act. Written before the act. */
    BEGUN,
    /** A step has acted; carries what came of it. */
    DONE,
    /** An attempt at a step failed; the step is tried again, or the rotation goes another way. */
    FAILED,
    /** A consumer acknowledged the new version. */
    ACKNOWLEDGED,
    /** A negative probe and its positive control. */
    PROBED,
    /** A second request joined: the deadline moved, or the cause became compromised. */
    JOINED,
    /** Somebody cancelled it before promotion. A request that joins later outvotes this. */
    CANCELLED,
    /** The rotation goes back, or gives up, for a reason. */
    TURNED,
    /** What gave access to the account when the leak became known. */
    BASELINE,
    /** A look at the account's use showed something new. May follow the rotation's end. */
    OBSERVED,
    /** The looks at the account's use are over. */
    WATCHED,
    /** A person said of a task that it is done, or open again. */
    MARKED
  }

  /** The name of a detail. Names are written to disk: add, never rename. */
  public enum Detail {
    SECRET,
    KIND,
    DOMAIN,
    /** The logins that take turns, one a line; empty when a value is replaced in place. */
    LOGINS,
    CAUSE,
    REASON,
    REQUESTED_BY,
    ORDER,
    WITHOUT_SUCCESSOR,
    FLAGGED_AT,
    DEADLINE_AT,
    GRACE_MILLIS,
    OLD_VERSION,
    OLD_CREDENTIAL,
    CANDIDATES,
    STEP,
    CREDENTIAL,
    VERSION,
    HOLDERS,
    CUT,
    CONSUMER,
    OLD_ANSWER,
    SUCCESSOR_ANSWER,
    MESSAGE,
    /** What a failed attempt, or a rotation that turned back, was held up by. */
    OBSTACLE,
    OUTCOME,
    /** For how long after revocation the account's use is looked at. */
    WATCH_MILLIS,
    /** What gives access to the account, by type and id, one a line. */
    ENTRIES,
    /** How many there are, where they are too many to be written down. */
    ENTRY_COUNT,
    /** Uses of the old credential, by source address, one a line. */
    USES_BEFORE,
    USES_AFTER,
    NEW_ENTRIES,
    /** The people with access to the account, one a line. */
    USERS,
    /** The provider's pages where a person does what no interface offers. */
    LINKS,
    /** What could not be found out, and why, one a line. */
    NOTES,
    TASK,
    TASK_STATE,
    /** The bulk request that the rotation belongs to. */
    BATCH,
    /** The mark of somebody else's that the store showed when the rotation was done. */
    STANDING_MARK
  }

  public RotationEvent {
    details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
  }

  public RotationEvent(
      RotationId rotation, Instant at, Fact fact, Map<Detail, String> unsortedDetails) {
    this(rotation, at, fact, (SortedMap<Detail, String>) new TreeMap<>(unsortedDetails));
  }

  public Optional<String> detail(Detail name) {
    return Optional.ofNullable(details.get(name));
  }

  /**
   * @throws JournalException.Corrupt when the detail is missing: the record was not written by us
   */
  public String require(Detail name) {
    String value = details.get(name);
    if (value == null) {
      throw new JournalException.Corrupt(
          "a " + fact + " record of rotation " + rotation + " has no " + name);
    }
    return value;
  }
}
