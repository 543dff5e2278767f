package dev.postern.schedule;

import dev.postern.Version;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the journal tells of one secret's rotations, the latest first. All that keeps a failing
 * rotation from being repeated at once is read from here, so a restart does not forget it.
 */
record History(List<Receipt> rotations) {
  private static final Duration FIRST_PAUSE = Duration.ofHours(1);
  private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  boolean running() {
    return rotations.stream().anyMatch(one -> !one.ended());
  }

  /** When a rotation brought this version about. */
  Optional<Instant> madeAt(Version version) {
    return rotations.stream()
        .filter(one -> one.newVersion().equals(Optional.of(version)))
        .flatMap(one -> promotedAt(one).stream())
        .findFirst();
  }

  Optional<Instant> lastPromotion() {
    return rotations.stream().flatMap(one -> promotedAt(one).stream()).findFirst();
  }

  private static Optional<Instant> promotedAt(Receipt receipt) {
    return receipt.steps().stream()
        .filter(step -> step.step() == Step.PROMOTE)
        .flatMap(step -> step.finishedAt().stream())
        .findFirst();
  }

  /** When the last rotation ended that did not do what it was asked for, if none did since. */
  Optional<Instant> lastFailure() {
    return rotations.stream()
        .filter(Receipt::ended)
        .findFirst()
        .filter(one -> !one.state().equals(Receipt.DONE))
        .flatMap(Receipt::endedAt);
  }

  /**
   * How long after the last failure nothing is tried on schedule: an hour, twice as long after each
   * further failure, a day at most; and a day when a person was called.
   */
  Duration pauseAfterFailure() {
    Optional<Receipt> last = rotations.stream().filter(Receipt::ended).findFirst();
    if (last.filter(one -> one.state().equals(Receipt.NEEDS_OPERATOR)).isPresent()) {
      return LONGEST_PAUSE;
    }
    long failures =
        rotations.stream()
            .filter(Receipt::ended)
            .takeWhile(one -> !one.state().equals(Receipt.DONE))
            .filter(one -> one.cause() == Cause.SCHEDULED)
            .count();
    if (failures == 0) {
      return Duration.ZERO;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }
}
