package dev.postern.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRequest;
import dev.postern.time.ParkingTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RotationScheduleTest {
  private static final SecretName KEY = new SecretName("sending-key");
  private static final Duration MONTH = Duration.ofDays(30);
  private static final Duration NO_LIMIT = Duration.ZERO;

  @TempDir Path directory;
  private final ParkingTime time = new ParkingTime();
  private final ScheduleFakes fakes = new ScheduleFakes();
  private final Instant start = time.instant();

  private RotationSchedule schedule(ScheduledSecret... secrets) {
    return new RotationSchedule(
        "test",
        List.of(secrets),
        new RotationSchedule.Surroundings(fakes, fakes, FirstSeen.open(directory), time),
        8);
  }

  private static ScheduledSecret monthly(MaintenanceWindow window) {
    return new ScheduledSecret(KEY, MONTH, window, Optional.empty(), NO_LIMIT);
  }

  private static ScheduledSecret monthly() {
    return monthly(MaintenanceWindow.ALWAYS);
  }

  /** When a version made at the given time is due, jitter and all. */
  private static Instant due(Instant made) {
    return made.plus(MONTH).minus(Jitter.of("test", KEY, MONTH));
  }

  /** Lets time pass as it does: the schedule looks every minute. */
  private void pass(RotationSchedule schedule, Duration duration) {
    Instant until = time.instant().plus(duration);
    while (time.instant().isBefore(until)) {
      time.advance(RotationSchedule.BETWEEN_LOOKS);
      schedule.look();
    }
  }

  /** A schedule that begins when the clock already shows this. */
  private RotationSchedule at(Instant now, ScheduledSecret... secrets) {
    time.advance(Duration.between(time.instant(), now));
    RotationSchedule schedule = schedule(secrets);
    schedule.look();
    return schedule;
  }

  @Test
  void aSecretIsRotatedWhenItHasReachedItsAgeAndNotBefore() {
    fakes.serve(KEY, "1", start, false);
    RotationSchedule schedule = at(due(start).minusMillis(1), monthly());
    assertThat(fakes.started).isEmpty();
    assertThat(schedule.next(KEY)).contains(due(start));
    time.advance(Duration.ofMillis(1));
    schedule.look();
    schedule.look();

    assertThat(fakes.started)
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.secret()).isEqualTo(KEY);
              assertThat(request.cause()).isEqualTo(Cause.SCHEDULED);
              assertThat(request.requestedBy()).isEqualTo("schedule");
              assertThat(request.reason()).isEqualTo("reached its maximum age of 30 days");
            });
    assertThat(schedule.next(KEY)).isEmpty();
  }

  @Test
  void secretsOfOneDayAreSpreadOverATenthOfTheirAgeAndARestartDoesNotRollAgain() {
    List<Duration> jitters = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      jitters.add(Jitter.of("test", new SecretName("key-" + i), MONTH));
    }
    assertThat(jitters).allMatch(jitter -> jitter.compareTo(Duration.ofDays(3)) < 0);
    assertThat(jitters).allMatch(jitter -> !jitter.isNegative());
    long hours = jitters.stream().map(Duration::toHours).distinct().count();
    assertThat(hours).as("of 72 hours").isGreaterThan(60);
    assertThat(Jitter.of("test", KEY, MONTH)).isEqualTo(Jitter.of("test", KEY, MONTH));
    assertThat(Jitter.of("other", KEY, MONTH)).isNotEqualTo(Jitter.of("test", KEY, MONTH));
  }

  @Test
  void aClosedWindowIsWaitedFor() {
    fakes.serve(KEY, "1", start, false);
    Instant opens = due(start).plus(Duration.ofHours(5));
    MaintenanceWindow window = at -> at.isBefore(opens) ? opens : at;
    RotationSchedule schedule = at(due(start), monthly(window));

    assertThat(schedule.next(KEY)).contains(opens);
    assertThat(fakes.started).isEmpty();
    pass(schedule, Duration.ofHours(5));
    assertThat(fakes.started).hasSize(1);
  }

  @Test
  void aTaintedSecretAndOneThatIsBeingRotatedAreLeftAlone() {
    fakes.serve(KEY, "1", start, true);
    RotationSchedule schedule = at(due(start).plus(MONTH), monthly());
    assertThat(schedule.next(KEY)).isEmpty();

    fakes.serve(KEY, "1", start, false);
    fakes.rotation(KEY, Cause.REQUESTED, "promoted", time.instant(), Optional.empty());
    schedule.look();
    assertThat(fakes.started).isEmpty();
    fakes.served.clear();
    schedule.look();
    assertThat(fakes.started).isEmpty();
  }

  @Test
  void aFailedRotationIsTriedAfterAnHourThenTwoThenFourAndAtMostADayAlsoOverARestart() {
    fakes.serve(KEY, "1", start, false);
    Instant now = due(start).plus(MONTH);
    List<Duration> pauses = new ArrayList<>();
    for (int failures = 1; failures <= 7; failures++) {
      now = now.plus(Duration.ofDays(2));
      fakes.rotation(KEY, Cause.SCHEDULED, Receipt.ROLLED_BACK, now, Optional.empty());
      RotationSchedule restarted = at(now, monthly());
      pauses.add(Duration.between(now, restarted.next(KEY).orElseThrow()));
    }
    assertThat(fakes.started).isEmpty();
    assertThat(pauses).extracting(Duration::toHours).containsExactly(1L, 2L, 4L, 8L, 16L, 24L, 24L);
  }

  @Test
  void aRotationThatCalledAPersonIsNotRepeatedForADayUnlessOneHasSucceededSince() {
    fakes.serve(KEY, "1", start, false);
    Instant now = due(start).plus(MONTH);
    fakes.rotation(KEY, Cause.SCHEDULED, Receipt.NEEDS_OPERATOR, now, Optional.empty());
    RotationSchedule schedule = at(now.plus(Duration.ofHours(23)), monthly());
    assertThat(schedule.next(KEY)).contains(now.plus(Duration.ofDays(1)));

    fakes.rotation(KEY, Cause.REQUESTED, Receipt.DONE, time.instant(), Optional.empty());
    time.advance(Duration.ofMinutes(1));
    schedule.look();
    assertThat(fakes.started).hasSize(1);
  }

  @Test
  void aPersonsCancelledRotationHoldsUpNoScheduledOne() {
    fakes.serve(KEY, "1", start, false);
    Instant now = due(start).plus(MONTH);
    fakes.rotation(KEY, Cause.REQUESTED, Receipt.ROLLED_BACK, now, Optional.empty());
    at(now.plusSeconds(1), monthly());

    assertThat(fakes.started).hasSize(1);
  }

  @Test
  void aRefusedRotationIsAskedForAgainAfterAnHour() {
    fakes.serve(KEY, "1", start, false);
    fakes.refusal = new RotationRefused(RotationRefused.Reason.STORE_UNREACHABLE, "away");
    RotationSchedule schedule = at(due(start), monthly());
    fakes.refusal = null;
    pass(schedule, Duration.ofMinutes(59));
    assertThat(fakes.started).isEmpty();
    pass(schedule, Duration.ofMinutes(1));
    assertThat(fakes.started).hasSize(1);
  }

  @Test
  void aStoreIsNotWrittenMoreOftenThanItAllows() {
    ScheduledSecret often =
        new ScheduledSecret(
            KEY,
            Duration.ofMinutes(5),
            MaintenanceWindow.ALWAYS,
            Optional.empty(),
            Duration.ofMinutes(10));
    fakes.serve(KEY, "2", start, false);
    fakes.rotation(KEY, Cause.SCHEDULED, Receipt.DONE, start, Optional.of("2"));
    RotationSchedule schedule = at(start.plus(Duration.ofMinutes(6)), often);

    assertThat(schedule.next(KEY)).contains(start.plus(Duration.ofMinutes(30)));
    assertThat(fakes.started).isEmpty();
  }

  @Test
  void aKeyThatIsAboutToDieDoesNotWaitForItsWindowAndSaysWhy() {
    ScheduledSecret dying =
        new ScheduledSecret(
            KEY, MONTH, at -> Instant.MAX, Optional.of(Duration.ofDays(100)), NO_LIMIT);
    fakes.serve(KEY, "1", start, false);
    RotationSchedule schedule = at(start.plus(Duration.ofDays(89)), dying);
    assertThat(fakes.started).isEmpty();
    assertThat(schedule.next(KEY)).contains(start.plus(Duration.ofDays(90)));
    at(start.plus(Duration.ofDays(90)), dying);

    assertThat(fakes.started)
        .singleElement()
        .extracting(RotationRequest::reason)
        .isEqualTo(
            "the provider ends this key at "
                + start.plus(Duration.ofDays(100))
                + ", so it did not wait for its window");
  }

  @Test
  void aWindowThatNeverOpensSetsNoTime() {
    fakes.serve(KEY, "1", start, false);
    RotationSchedule schedule = at(due(start), monthly(at -> Instant.MAX));

    assertThat(schedule.next(KEY)).isEmpty();
    assertThat(fakes.started).isEmpty();
  }

  @Test
  void sixHundredThatAreDueAtOnceAreBegunAFewAtATime() {
    ScheduledSecret[] many = new ScheduledSecret[600];
    for (int i = 0; i < many.length; i++) {
      SecretName name = new SecretName("key-" + i);
      many[i] =
          new ScheduledSecret(name, MONTH, MaintenanceWindow.ALWAYS, Optional.empty(), NO_LIMIT);
      fakes.serve(name, "1", start, false);
    }
    RotationSchedule schedule = at(start.plus(MONTH.multipliedBy(2)), many);
    assertThat(fakes.started).hasSize(8);
    schedule.look();
    assertThat(fakes.started).hasSize(8);
    fakes.receipts.clear();
    schedule.look();
    assertThat(fakes.started).hasSize(16);
  }

  @Test
  void aClockThatJumpsForwardBeginsNothingForAWhile() {
    fakes.serve(KEY, "1", start, false);
    RotationSchedule schedule = schedule(monthly());
    schedule.look();
    time.advance(Duration.ofDays(3650));
    schedule.look();
    pass(schedule, RotationSchedule.QUIET_AFTER_A_JUMP.minus(RotationSchedule.BETWEEN_LOOKS));
    assertThat(fakes.started).isEmpty();
    // A clock that really was wrong before is believed in the end.
    pass(schedule, RotationSchedule.BETWEEN_LOOKS);
    assertThat(fakes.started).hasSize(1);
  }

  @Test
  void aClockThatJumpsForwardAndBackBeginsNothing() {
    fakes.serve(KEY, "1", start, false);
    RotationSchedule schedule = schedule(monthly());
    schedule.look();
    time.advance(Duration.ofDays(3650));
    schedule.look();
    time.advance(Duration.ofDays(-3650));
    schedule.look();
    pass(schedule, Duration.ofHours(2));

    assertThat(fakes.started).isEmpty();
    assertThat(schedule.next(KEY)).contains(due(start));
  }

  @Test
  void aVersionFromTheFutureAgesFromWhenTheClockIsTrustedAndIsNotStuckForEver() {
    fakes.serve(KEY, "1", start.plus(Duration.ofDays(3650)), false);
    RotationSchedule schedule = schedule(monthly());
    schedule.look();
    assertThat(schedule.next(KEY)).contains(due(start));
  }

  @Test
  void whenNoStoreTellsTheAgeItCountsFromTheFirstSightAlsoOverARestart() {
    fakes.serve(KEY, "1", start, false);
    schedule(monthly()).look();
    time.advance(Duration.ofDays(20));
    // After a restart the version looks as if it were there since now.
    fakes.serve(KEY, "1", time.instant(), false);
    RotationSchedule restarted = schedule(monthly());
    restarted.look();
    assertThat(restarted.next(KEY)).contains(due(start));

    fakes.serve(KEY, "2", time.instant(), false);
    restarted.look();
    assertThat(restarted.next(KEY)).contains(due(time.instant()));
  }

  @Test
  void whenNoStoreTellsTheAgeTheRotationThatMadeTheVersionDoes() {
    time.advance(Duration.ofDays(20));
    fakes.serve(KEY, "2", time.instant(), false);
    fakes.rotation(KEY, Cause.REQUESTED, Receipt.DONE, start, Optional.of("2"));
    RotationSchedule schedule = schedule(monthly());
    schedule.look();

    assertThat(schedule.next(KEY)).contains(due(start));
  }

  @Test
  void theMaximumAgeIsReachedWhateverTheWindowSaysAndWhileARotationOfItRunsOrFails() {
    fakes.serve(KEY, "1", start, false);
    RotationSchedule schedule = at(start.plus(MONTH), monthly(at -> Instant.MAX));
    assertThat(schedule.next(KEY)).isEmpty();
    assertThat(schedule.oldAt(KEY)).contains(start.plus(MONTH));

    fakes.rotation(KEY, Cause.SCHEDULED, "issued", time.instant(), Optional.empty());
    schedule.look();
    assertThat(schedule.oldAt(KEY)).contains(start.plus(MONTH));
    fakes.serve(KEY, "1", start, true);
    schedule.look();
    assertThat(schedule.oldAt(KEY)).contains(start.plus(MONTH));

    fakes.serve(KEY, "2", time.instant(), false);
    schedule.look();
    assertThat(schedule.oldAt(KEY)).contains(time.instant().plus(MONTH));
    fakes.served.clear();
    schedule.look();
    assertThat(schedule.oldAt(KEY)).isEmpty();
  }

  @Test
  void itsThreadLooksOnceAMinuteUntilItIsClosed() {
    fakes.serve(KEY, "1", start, false);
    time.advance(Duration.between(start, due(start).minusSeconds(60)));
    try (RotationSchedule schedule = schedule(monthly())) {
      schedule.start();
      time.awaitParks(1);
      assertThat(fakes.started).isEmpty();
      time.advance(RotationSchedule.BETWEEN_LOOKS);
      time.awaitParks(2);
      assertThat(fakes.started).hasSize(1);
    }
  }
}
