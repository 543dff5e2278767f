package dev.postern.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Version;
import dev.postern.serving.RefreshOutcome.Result;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody wants to know what the store has now. */
final class RefreshOnDemandTest {
  private final FleetStore one = new FleetStore("one", 20);
  private final ServedFleet fleet = new ServedFleet();

  @AfterEach
  void stop() {
    fleet.close();
  }

  private RefreshOutcome refresh(int number) {
    return fleet.serving().refresh(ServedFleet.name(one, number));
  }

  private CompletableFuture<RefreshOutcome> refreshing(int number) {
    return CompletableFuture.supplyAsync(
        () -> refresh(number), task -> Thread.ofVirtual().start(task));
  }

  @Test
  void newVersionIsServedWhenTheCallReturns() {
    fleet.with(one, 2).start();
    assertThat(refresh(0).result()).isEqualTo(Result.UNCHANGED);

    one.put(ServedFleet.path(0), 2);

    RefreshOutcome outcome = refresh(0);
    assertThat(outcome.result()).isEqualTo(Result.CHANGED);
    assertThat(outcome.state()).isEqualTo(fleet.state(one, 0));
    assertThat(fleet.version(one, 0)).isEqualTo("2");
    assertThat(fleet.version(one, 1)).isEqualTo("1");
  }

  @Test
  void versionAndValueAreAskedForAtTheSameTime() throws Exception {
    fleet.with(one, 1).start();
    CyclicBarrier both = new CyclicBarrier(2);
    one.mood =
        (operation, path) -> {
          try {
            both.await(20, TimeUnit.SECONDS);
          } catch (java.util.concurrent.BrokenBarrierException
              | java.util.concurrent.TimeoutException e) {
            throw new AssertionError("one was asked for after the other", e);
          }
        };

    assertThat(refreshing(0).get(30, TimeUnit.SECONDS).result()).isEqualTo(Result.UNCHANGED);
  }

  @Test
  void writeBetweenTheTwoAnswersIsNotMistakenForAnything() {
    fleet.with(one, 1).start();
    CountDownLatch seen = new CountDownLatch(1);
    one.mood =
        (operation, path) -> {
          if (operation.equals("read") && one.reads.get() == 2) {
            seen.await();
          }
        };
    CompletableFuture<RefreshOutcome> outcome = refreshing(0);
    ServedFleet.until(() -> one.heads.get() == 2);
    one.put(ServedFleet.path(0), 2);
    seen.countDown();

    assertThat(outcome.join().result()).isEqualTo(Result.CHANGED);
    assertThat(fleet.version(one, 0)).isEqualTo("2");
    assertThat(one.handedOut).noneMatch(RefreshOnDemandTest::readable);
  }

  @Test
  void thoseWhoAskAtTheSameTimeShareACallThatBeganAfterTheyAsked() {
    fleet.with(one, 1).start();
    int heads = one.heads.get();
    CountDownLatch go = new CountDownLatch(1);
    one.mood = (operation, path) -> go.await();
    CompletableFuture<RefreshOutcome> first = refreshing(0);
    ServedFleet.until(() -> one.heads.get() == heads + 1);
    List<CompletableFuture<RefreshOutcome>> later =
        IntStream.range(0, 10).mapToObj(number -> refreshing(0)).toList();
    fleet.time.awaitParked(1, () -> fleet.serving().wishes() == 10);
    one.put(ServedFleet.path(0), 2);
    go.countDown();

    later.forEach(
        one ->
            assertThat(((ServingState.Holding) one.join().state()).served().version())
                .isEqualTo(new Version("2")));
    first.join();
    fleet.settle();
    assertThat(one.heads.get() - heads).isBetween(2, 3);
  }

  @Test
  void refusalOfTheStoreIsToldApartFromItsAbsence() {
    fleet.with(one, 1).start();
    one.single = path -> Optional.of(new StoreException.NotFound("nothing there"));
    assertThat(refresh(0).result()).isEqualTo(Result.REFUSED);
    assertThat(fleet.problem(one, 0)).isEqualTo("nothing there");

    one.single = path -> Optional.empty();
    one.away();
    assertThat(refresh(0).result()).isEqualTo(Result.UNREACHABLE);
    assertThat(fleet.problem(one, 0)).isEqualTo("the store is away");
  }

  @Test
  void versionThatIsKnownToBeCompromisedIsRefused() {
    fleet.with(one, 1).start();
    fleet.serving().withdraw(ServedFleet.name(one, 0), new Version("1"));

    assertThat(refresh(0).result()).isEqualTo(Result.REFUSED);
    assertThat(fleet.problem(one, 0)).contains("store a new value");
  }

  @Test
  void storeThatIsKnownToBeAwayIsTriedAtOnceButNotByManyCalls() {
    fleet.with(one, 50).start();
    one.away();
    fleet.pass(Duration.ofHours(1));
    fleet.time.advance(Duration.ofSeconds(2));
    int before = one.calls();

    for (int i = 0; i < 50; i++) {
      assertThat(refresh(i).result()).isEqualTo(Result.UNREACHABLE);
    }
    fleet.settle();
    // Two: version and value.
    assertThat(one.calls() - before).isBetween(1, 2);

    one.well();
    fleet.time.advance(Duration.ofSeconds(2));
    assertThat(refresh(7).result()).isEqualTo(Result.UNCHANGED);
    fleet.settle();
    assertThat(fleet.condition(one).state()).isEqualTo(StoreCondition.State.ANSWERING);
    fleet.pass(ServedFleet.REFRESH);
    assertThat(fleet.problem(one, 30)).isEmpty();
  }

  @Test
  void wishDoesNotBreakIntoTheRestThatTheStoreAskedFor() {
    fleet.with(one, 1).start();
    one.mood =
        (operation, path) -> {
          throw new StoreException.Throttled("too many", Optional.of(Duration.ofMinutes(1)));
        };
    fleet.next();
    int before = one.calls();

    assertThat(refresh(0).result()).isEqualTo(Result.UNREACHABLE);
    assertThat(fleet.problem(one, 0)).contains("asked to be left alone until", "too many");
    assertThat(one.calls()).isEqualTo(before);
  }

  @Test
  void whoeverWaitsWhenTheAgentStopsIsTold() {
    fleet.with(one, 1).start();
    one.mood = (operation, path) -> new CountDownLatch(1).await();
    CompletableFuture<RefreshOutcome> outcome = refreshing(0);
    ServedFleet.until(() -> one.heads.get() == 2);
    fleet.close();

    assertThat(outcome.join().result()).isEqualTo(Result.FAULT);
    assertThat(refresh(0).result()).isEqualTo(Result.FAULT);
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
