package dev.postern.serving;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.store.SecretPath;
import dev.postern.time.ParkingTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Many secrets of a few stores, served on a clock that stands still. */
final class ServedFleet implements AutoCloseable {
  static final Duration REFRESH = Duration.ofSeconds(60);

  final ParkingTime time = new ParkingTime();
  final List<String> flagged = Collections.synchronizedList(new ArrayList<>());
  private final List<SecretDefinition> definitions = new ArrayList<>();
  private SecretServing serving = new SecretServing(List.of(), time);

  ServedFleet with(FleetStore store, int secrets) {
    return with(store, secrets, REFRESH);
  }

  /** They are called after their store and their number: {@code one-0}, {@code one-1}. */
  ServedFleet with(FleetStore store, int secrets, Duration refresh) {
    for (int i = 0; i < secrets; i++) {
      definitions.add(
          new SecretDefinition(
              name(store, i),
              SecretKind.MAILGUN_SENDING_KEY,
              store,
              path(i),
              Map.of(),
              refresh,
              Duration.ofHours(1)));
    }
    return this;
  }

  static SecretName name(FleetStore store, int number) {
    return new SecretName(store.name() + "-" + number);
  }

  static SecretPath path(int number) {
    return new SecretPath("mail/" + number);
  }

  SecretServing serving() {
    return serving;
  }

  ServedFleet begin() {
    serving = new SecretServing(definitions, time);
    serving.start((name, version, flag) -> flagged.add(name + " " + version));
    return this;
  }

  /** Until all stores have answered what they were asked. */
  ServedFleet settle() {
    time.awaitParked(stores(), serving::rests);
    return this;
  }

  /** Until this store has answered what it was asked; others may hang meanwhile. */
  void settle(FleetStore answering) {
    time.awaitParked(stores(), () -> serving.rests(answering.name()));
  }

  ServedFleet start() {
    return begin().settle();
  }

  /** The next time at which any store is asked. */
  Instant nextWaitEnds() {
    return time.nextWaitEnds(stores());
  }

  /** Moves the clock to the next time that anything happens, and lets that end. */
  void next() {
    time.advance(Duration.between(time.instant(), nextWaitEnds()));
    settle();
  }

  /** Lets so much time pass, with all that happens in it. */
  void pass(Duration duration) {
    Instant end = time.instant().plus(duration);
    for (Instant next = nextWaitEnds(); next.isBefore(end); next = nextWaitEnds()) {
      time.advance(Duration.between(time.instant(), next));
      settle();
    }
    time.advance(Duration.between(time.instant(), end));
    settle();
  }

  private int stores() {
    return (int) definitions.stream().map(SecretDefinition::store).distinct().count();
  }

  /** Has it done what makes a loop look again, and lets that end. */
  void after(Runnable action) {
    int before = time.parks();
    action.run();
    time.awaitParks(before + 1);
    settle();
  }

  /** For what threads do that nobody can wait for. */
  static void until(BooleanSupplier condition) {
    for (int look = 0; !condition.getAsBoolean(); look++) {
      if (look == 20_000) {
        throw new AssertionError("it did not happen");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  ServingState state(FleetStore store, int number) {
    return serving.state(name(store, number));
  }

  String problem(FleetStore store, int number) {
    return state(store, number).problem().orElse("");
  }

  String version(FleetStore store, int number) {
    return state(store, number) instanceof ServingState.Holding holding
        ? holding.served().version().id()
        : "";
  }

  StoreCondition condition(FleetStore store) {
    return serving.stores().stream()
        .filter(one -> one.store().equals(store.name()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    serving.close();
  }
}
