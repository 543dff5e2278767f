package dev.postern.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked of a store that answers, and of one that hangs. */
final class StoreLoopTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final FleetStore one = new FleetStore("one", 20);
  private final ServedFleet fleet = new ServedFleet();

  @AfterEach
  void stop() {
    fleet.close();
  }

  @Test
  void thousandSecretsAreLookedAtInAsFewCallsAsTheStoreCan() {
    fleet.with(one, 1000).start();
    assertThat(one.batches).hasValue(50);
    assertThat(one.reads).hasValue(1000);

    fleet.pass(ServedFleet.REFRESH);

    assertThat(one.batches).hasValue(100);
    assertThat(one.reads).hasValue(1000);
    assertThat(one.heads).hasValue(0);
  }

  @Test
  void whatIsLookedAtTogetherStaysTogetherForHours() {
    fleet.with(one, 100).start();
    int before = one.batches.get();

    fleet.pass(HOUR);

    // 60 to 75 looks of five calls each.
    assertThat(one.batches.get() - before).isBetween(5 * 60, 5 * 75);
    assertThat(one.reads).hasValue(100);
  }

  @Test
  void onlyValuesWhoseVersionChangedAreReadAgain() {
    fleet.with(one, 200).start();
    IntStream.of(3, 77, 150).forEach(number -> one.put(ServedFleet.path(number), 2));

    fleet.pass(ServedFleet.REFRESH);

    assertThat(one.reads).hasValue(203);
    assertThat(fleet.version(one, 77)).isEqualTo("2");
    assertThat(fleet.version(one, 78)).isEqualTo("1");
    assertThat(one.handedOut).noneMatch(StoreLoopTest::readable);
  }

  @Test
  void noMoreThanEightCallsRunAtATime() {
    CountDownLatch begun = new CountDownLatch(Breaker.WIDTH);
    CountDownLatch go = new CountDownLatch(1);
    one.mood =
        (operation, path) -> {
          if (operation.equals("read")) {
            begun.countDown();
            go.await();
          }
        };
    fleet.with(one, 100).begin();
    await(begun);
    go.countDown();
    fleet.settle();

    assertThat(one.mostAtOnce).hasValue(Breaker.WIDTH);
    assertThat(one.reads).hasValue(100);
  }

  @Test
  void oneBadSecretAmongManyIsTheOnlyOneThatSuffers() {
    one.single =
        path ->
            path.equals(ServedFleet.path(5))
                ? Optional.of(new StoreException.Unavailable("this one is broken", null))
                : Optional.empty();
    fleet.with(one, 50).start();
    fleet.pass(HOUR);

    assertThat(fleet.problem(one, 5)).isEqualTo("this one is broken");
    assertThat(IntStream.range(0, 50).filter(n -> !fleet.problem(one, n).isEmpty())).hasSize(1);
    assertThat(fleet.condition(one).state()).isNotEqualTo(StoreCondition.State.UNREACHABLE);
  }

  @Test
  void storeThatHangsDelaysItsOwnSecretsOnlyAndIsCalledUnavailableAfterTheDeadline() {
    FleetStore two = new FleetStore("two", 20);
    CountDownLatch end = new CountDownLatch(1);
    two.hang(end);
    fleet.with(one, 3).with(two, 3).begin();
    fleet.settle(one);
    ServedFleet.until(() -> two.calls() == 1);
    assertThat(fleet.version(one, 0)).isEqualTo("1");
    assertThat(fleet.state(two, 0)).isEqualTo(new ServingState.Empty(Optional.empty()));

    passWhileHanging(Duration.ofSeconds(62), () -> fleet.settle(one));

    assertThat(fleet.problem(two, 0)).contains("store two did not answer within");
    assertThat(fleet.condition(two).state()).isEqualTo(StoreCondition.State.FAILING);
    assertThat(one.batches).hasValueGreaterThan(1);
    assertThat(fleet.problem(one, 0)).isEmpty();
    end.countDown();
  }

  @Test
  void callThatNeverComesBackIsNotFollowedByMoreOfItsKind() {
    CountDownLatch end = new CountDownLatch(1);
    one.hang(end);
    fleet.with(one, 3).begin();
    ServedFleet.until(() -> one.calls() == 1);

    passWhileHanging(HOUR);

    assertThat(one.calls()).isEqualTo(1);
    assertThat(fleet.problem(one, 2)).contains("did not answer within");

    one.well();
    fleet.after(end::countDown);
    fleet.pass(ServedFleet.REFRESH.multipliedBy(2));
    assertThat(fleet.version(one, 2)).isEqualTo("1");
    assertThat(one.handedOut).noneMatch(StoreLoopTest::readable);
  }

  @Test
  void valueThatArrivesAfterItsDeadlineIsWipedAndNotServed() {
    CountDownLatch end = new CountDownLatch(1);
    fleet.with(one, 1).start();
    one.put(ServedFleet.path(0), 2);
    one.mood =
        (operation, path) -> {
          if (operation.equals("read")) {
            awaitStubbornly(end);
          }
        };
    fleet.time.advance(Duration.between(fleet.time.instant(), fleet.nextWaitEnds()));
    ServedFleet.until(() -> one.reads.get() == 2);
    passWhileHanging(Duration.ofSeconds(40));
    assertThat(fleet.version(one, 0)).isEqualTo("1");
    Instant confirmed = ((ServingState.Holding) fleet.state(one, 0)).confirmedAt();

    fleet.after(end::countDown);

    assertThat(fleet.version(one, 0)).isEqualTo("1");
    assertThat(((ServingState.Holding) fleet.state(one, 0)).confirmedAt()).isEqualTo(confirmed);
    assertThat(one.handedOut).hasSize(2).noneMatch(StoreLoopTest::readable);
  }

  @Test
  void flaggedSecretIsLookedAtFourTimesAsOftenWhileTheFlagStands() {
    fleet.with(one, 1).start();
    one.flag(ServedFleet.path(0), new CompromiseFlag("incident 7"));
    fleet.next();
    int before = one.heads.get();
    fleet.pass(HOUR);

    assertThat(one.heads.get() - before).isBetween(4 * 60 - 1, 4 * 75 + 1);
    assertThat(fleet.flagged).hasSizeGreaterThan(200);

    one.flag(ServedFleet.path(0), null);
    fleet.next();
    int calm = one.heads.get();
    fleet.pass(HOUR);
    assertThat(one.heads.get() - calm).isBetween(59, 76);
  }

  @Test
  void secretUnderRotationIsLookedAtFourTimesAsOftenFromItsBegin() {
    fleet.with(one, 1).start();
    fleet.after(() -> fleet.serving().rotationRuns(ServedFleet.name(one, 0), true));
    assertThat(Duration.between(fleet.time.instant(), fleet.nextWaitEnds()))
        .isLessThanOrEqualTo(Duration.ofSeconds(15));
    fleet.next();
    assertThat(Duration.between(fleet.time.instant(), fleet.nextWaitEnds()))
        .isBetween(Duration.ofSeconds(12), Duration.ofSeconds(15));

    fleet.serving().rotationRuns(ServedFleet.name(one, 0), false);
    fleet.next();
    assertThat(Duration.between(fleet.time.instant(), fleet.nextWaitEnds()))
        .isBetween(Duration.ofSeconds(48), Duration.ofSeconds(60));
  }

  @Test
  void nothingIsLookedAtMoreOftenThanOnceASecondBecauseOfAFlag() {
    one.flag(ServedFleet.path(0), new CompromiseFlag("incident 7"));
    fleet.with(one, 1, Duration.ofSeconds(2)).start();
    int before = one.heads.get();

    fleet.pass(Duration.ofMinutes(10));

    assertThat(one.heads.get() - before).isBetween(590, 601);
  }

  @Test
  void clockThatIsSetBackDoesNotStopTheLooks() {
    fleet.with(one, 1).start();
    int before = one.heads.get();
    fleet.time.advance(HOUR.multipliedBy(24).negated());

    fleet.after(() -> fleet.serving().rotationRuns(ServedFleet.name(one, 0), true));

    assertThat(one.heads.get()).isEqualTo(before + 1);
  }

  /** The only loop waits, but not because all have answered. */
  private void passWhileHanging(Duration duration) {
    passWhileHanging(duration, () -> fleet.time.awaitParked(1, () -> true));
  }

  /**
   * @param settle waits for what does not hang, or the clock would run away from it
   */
  private void passWhileHanging(Duration duration, Runnable settle) {
    Instant end = fleet.time.instant().plus(duration);
    while (fleet.nextWaitEnds().isBefore(end)) {
      fleet.time.advance(Duration.between(fleet.time.instant(), fleet.nextWaitEnds()));
      settle.run();
    }
    fleet.time.advance(Duration.between(fleet.time.instant(), end));
    settle.run();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitStubbornly(CountDownLatch latch) {
    boolean waiting = true;
    while (waiting) {
      try {
        latch.await();
        waiting = false;
      } catch (InterruptedException stubborn) {
        waiting = latch.getCount() > 0;
      }
    }
  }

  private static boolean readable(dev.postern.SecretFields fields) {
    try {
      fields.names().forEach(name -> fields.field(name).orElseThrow().exposeUtf8());
      return true;
    } catch (IllegalStateException wiped) {
      return false;
    }
  }
}
