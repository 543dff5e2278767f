package dev.postern.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.serving.StoreCondition.State;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that does not answer, and how it is found again. */
final class StoreOutageTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int SECRETS = 300;

  private final FleetStore one = new FleetStore("one", 20);
  private final ServedFleet fleet = new ServedFleet();

  @AfterEach
  void stop() {
    fleet.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 100})
  void anHourOfOutageCostsFewerCallsThanAnHourOfHealth(int batch) {
    FleetStore store = new FleetStore("some", batch);
    fleet.with(store, SECRETS).start();
    int start = store.calls();
    fleet.pass(HOUR);
    int health = store.calls() - start;

    store.away();
    fleet.pass(HOUR);
    int outage = store.calls() - start - health;

    // Some calls until it is known that the store is away, then one per interval for all.
    assertThat(outage).isLessThan(health).isBetween(40, 62 + Breaker.FAILURES_TO_OPEN * 10);
  }

  /** As with a token that has ended and cannot be renewed. */
  @ParameterizedTest
  @ValueSource(ints = {0, 20, 100})
  void anHourInWhichEverythingIsDeniedCostsNoMoreCallsThanAnHourOfHealth(int batch) {
    FleetStore store = new FleetStore("some", batch);
    fleet.with(store, SECRETS).start();
    int start = store.calls();
    fleet.pass(HOUR);
    int health = store.calls() - start;

    store.mood =
        (operation, path) -> {
          throw new StoreException.Denied("the token has ended; put a new one there");
        };
    fleet.pass(HOUR);
    int denied = store.calls() - start - health;

    assertThat(denied).isBetween(1, health);
    assertThat(IntStream.range(0, SECRETS))
        .allMatch(n -> fleet.problem(store, n).startsWith("the token has ended"))
        .allMatch(n -> fleet.version(store, n).equals("1"));
  }

  @Test
  void flagThatStandsDoesNotMakeAnOutageMoreExpensive() {
    one.flag(ServedFleet.path(0), new CompromiseFlag("incident 7"));
    fleet.with(one, 1).start();
    one.away();
    int before = one.calls();

    fleet.pass(HOUR);

    assertThat(one.calls() - before).isBetween(40, 61);
  }

  @Test
  void secretsThatAreMissingOrDeniedAreAskedForNoMoreOftenThanThoseThatAreThere() {
    one.single =
        path ->
            Optional.of(
                path.equals(ServedFleet.path(0))
                    ? new StoreException.NotFound("nothing there")
                    : new StoreException.Denied("not for you"));
    fleet.with(one, 20).start();
    int before = one.calls();

    fleet.pass(HOUR);

    assertThat(one.calls() - before).isBetween(40, 66);
    assertThat(fleet.condition(one).state()).isEqualTo(State.ANSWERING);
    assertThat(fleet.problem(one, 0)).isEqualTo("nothing there");
    assertThat(fleet.problem(one, 1)).isEqualTo("not for you");
  }

  @Test
  void afterFiveFailuresInARowTheStoreIsAskedByOneCallAtATime() {
    fleet.with(one, SECRETS).start();
    one.away();
    Instant begin = fleet.time.instant();
    while (fleet.condition(one).state() != State.UNREACHABLE) {
      fleet.next();
    }

    assertThat(fleet.condition(one).since().orElseThrow()).isAfter(begin);
    assertThat(fleet.condition(one).problem()).contains("the store is away");
    assertThat(fleet.condition(one).nextLook()).contains(fleet.nextWaitEnds());
    assertThat(IntStream.range(0, SECRETS))
        .allMatch(n -> fleet.problem(one, n).startsWith("store one has not answered since"));
    assertThat(IntStream.range(0, SECRETS)).allMatch(n -> fleet.version(one, n).equals("1"));
    for (int probe = 0; probe < 20; probe++) {
      int before = one.calls();
      fleet.next();
      assertThat(one.calls()).isEqualTo(before + 1);
    }
  }

  @Test
  void firstAnswerHasEverythingLookedAtAgainSpreadOverTime() {
    fleet.with(one, SECRETS).start();
    one.away();
    fleet.pass(HOUR);
    one.well();
    one.put(ServedFleet.path(250), 2);
    int before = one.batches.get();
    fleet.next();
    int atOnce = one.batches.get() - before;
    fleet.pass(ServedFleet.REFRESH.dividedBy(4));

    assertThat(fleet.condition(one).state()).isEqualTo(State.ANSWERING);
    assertThat(atOnce).isBetween(1, DueTurns.MOST / 20);
    assertThat(one.batches.get() - before).isEqualTo(SECRETS / 20);
    assertThat(IntStream.range(0, SECRETS)).allMatch(n -> fleet.problem(one, n).isEmpty());
    assertThat(fleet.version(one, 250)).isEqualTo("2");
  }

  @Test
  void trueAgeIsToldThroughAnOutage() {
    fleet.with(one, 1).start();
    Instant confirmed = fleet.time.instant();
    one.away();

    fleet.pass(HOUR.plusSeconds(1));

    ServingState.Holding held = (ServingState.Holding) fleet.state(one, 0);
    assertThat(held.confirmedAt()).isEqualTo(confirmed);
    assertThat(held.expired(fleet.time.instant(), HOUR)).isTrue();
  }

  @Test
  void storeThatIsAwayAtTheStartIsServedFromOnceItIsThere() {
    one.away();
    fleet.with(one, 250).start();
    assertThat(IntStream.range(0, 250))
        .allMatch(n -> fleet.problem(one, n).isEmpty() || fleet.version(one, n).isEmpty());
    fleet.pass(Duration.ofMinutes(30));
    assertThat(IntStream.range(0, 250)).noneMatch(n -> fleet.problem(one, n).isEmpty());

    one.well();
    fleet.pass(ServedFleet.REFRESH.multipliedBy(2));

    assertThat(IntStream.range(0, 250)).allMatch(n -> fleet.version(one, n).equals("1"));
  }

  @Test
  void storeThatWantsToBeLeftAloneIsLeftAloneByAllItsSecrets() {
    fleet.with(one, 40).start();
    one.mood =
        (operation, path) -> {
          throw new StoreException.Throttled("too many", Optional.of(Duration.ofMinutes(4)));
        };
    fleet.next();
    int before = one.calls();
    Instant until = fleet.time.instant().plus(Duration.ofMinutes(4));

    fleet.pass(Duration.between(fleet.time.instant(), until).minusMillis(1));
    assertThat(one.calls()).isEqualTo(before);
    assertThat(fleet.condition(one).nextLook()).contains(until);

    one.well();
    fleet.pass(ServedFleet.REFRESH);
    assertThat(IntStream.range(0, 40)).allMatch(n -> fleet.problem(one, n).isEmpty());
  }

  @Test
  void afterAFailureOneCallAtATimeIsMadeUntilOneIsAnswered() {
    FleetStore slow = new FleetStore("slow", 0);
    fleet.with(slow, 5 * DueTurns.MOST).start();
    slow.away();
    slow.mostAtOnce.set(0);
    fleet.next();
    fleet.next();

    assertThat(fleet.condition(slow).state()).isNotEqualTo(State.ANSWERING);
    slow.mostAtOnce.set(0);
    fleet.pass(HOUR);
    assertThat(slow.mostAtOnce).hasValue(1);
  }
}
