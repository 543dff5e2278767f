package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything the journal knows of one rotation, running or ended. Immutable; holds ids, times and
 * words, never a secret.
 *
 * <p>One that was asked for in a fleet and that no rotator has taken up has an id of its own, under
 * which the rotation is found, too, that comes of it. Its deadline and order are those that were
 * asked for, or the usual ones; its rotator decides.
 *
 * @param state the last state reached: {@code planned}, {@code issued} … {@code done}, {@code
 *     rolled-back} or {@code needs-operator}; before any of them {@code filed}, {@code refused} or
 *     {@code withdrawn}
 * @param message why it ended, what it waits for, or what a person must do; empty when all is well
 * @param obstacle what holds it up, or what it gave up for
 * @param oldCredential the provider's id of the credential to be revoked, once it is known
 * @param candidates live credentials of which one is the old one, when Postern could not tell which
 * @param cut consumers that had not acknowledged when the old credential was revoked
 * @param timeToRevoke from flagged to proven dead
 * @param aftermath what the provider tells of the account's use around a leak; empty where nobody
 *     looks
 */
public record Receipt(
    RotationId id,
    SecretName secret,
    SecretKind kind,
    Cause cause,
    String reason,
    String requestedBy,
    Order order,
    Instant flaggedAt,
    Instant deadline,
    String state,
    boolean ended,
    Optional<Instant> endedAt,
    Optional<String> message,
    Optional<Obstacle> obstacle,
    Version oldVersion,
    Optional<Version> newVersion,
    Optional<String> oldCredential,
    Optional<String> newCredential,
    List<String> candidates,
    List<StepRecord> steps,
    List<AckRecord> acknowledged,
    List<String> cut,
    List<ProbeRecord> probes,
    Optional<Duration> timeToRevoke,
    Optional<Aftermath> aftermath) {

  /** The state of a rotation that did all it was asked for. */
  public static final String DONE = "done";

  /** The state of a rotation that went back before promotion. */
  public static final String ROLLED_BACK = "rolled-back";

  /** The state of a rotation that cannot go on without a person. */
  public static final String NEEDS_OPERATOR = "needs-operator";

  /** The state of one that was asked for and that no rotator of the fleet has taken up. */
  public static final String FILED = "filed";

  /** The state of one that was filed, and that a rotator of the fleet has refused. */
  public static final String REFUSED = "refused";

  /** The state of one that was filed and taken back before a rotator took it up. */
  public static final String WITHDRAWN = "withdrawn";

  /**
   * One step.
   *
   * @param attempts how often it was begun
   * @param problem what the last failed attempt said
   * @param detail what came of it, such as the new version
   */
  public record StepRecord(
      Step step,
      Instant startedAt,
      Optional<Instant> finishedAt,
      int attempts,
      Optional<String> problem,
      Optional<String> detail) {}

  /** A consumer that acknowledged the new version. */
  public record AckRecord(String consumer, Instant at) {}

  /**
   * A negative probe and its positive control, made together.
   *
   * @param old what the provider said of the old credential: accepted, refused or unknown
   * @param successor what it said of the new one at the same moment
   */
  public record ProbeRecord(Instant at, String old, String successor) {}
}
