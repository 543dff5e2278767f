package dev.postern.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link dev.postern.store.SecretStore} as tests. A store's test class extends this
 * and supplies a {@link StoreFixture}; it passes when every test passes, or is skipped because of a
 * capability that the fixture does not expect.
 */
public abstract class SecretStoreContract extends FlagContract {
  private static final int THREADS = 8;
  private static final int ROTATIONS = 6;
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final String CANARY = "canary-5e7d1f-in-every-value";

  @Test
  void everyWriteAfterCloseIsAnIllegalState() {
    Version version = currentVersion();
    store.close();
    assertClosed(() -> stage(rotation, NEW));
    assertClosed(() -> promote(rotation, NEW, version));
    assertClosed(() -> store.dropPending(path, rotation));
    assertClosed(() -> store.flagCompromised(path, new CompromiseFlag("late")));
    assertClosed(() -> store.unflagCompromised(path));
  }

  @Test
  void errorsAndTextsShowNoValue() {
    seed(path, CANARY + "-current");
    reopen();
    Version version = currentVersion();
    SecretPath unknown = fixture.unusedPath();
    List<String> texts = new ArrayList<>();
    try (StoredSecret read = store.readCurrent(path)) {
      texts.add(read + " " + store + " " + store.head(path) + " " + store.capabilities());
    }
    texts.add(failure(() -> store.readCurrent(unknown)));
    texts.add(failure(() -> store.readVersion(path, new Version("987654321"))));
    texts.add(failure(() -> promote(rotation, CANARY + "-1", version)));
    texts.add(failure(() -> stage(rotation, CANARY + "-2")));
    texts.add(failure(() -> stage(rotation, CANARY + "-3")));
    texts.add(failure(() -> stage(other, CANARY + "-4")));
    texts.add(failure(() -> promote(rotation, CANARY + "-2", new Version("987654321"))));
    texts.add(failure(() -> store.dropPending(path, rotation)));
    texts.add(failure(() -> store.unflagCompromised(unknown)));
    store.close();
    texts.add(failure(() -> stage(rotation, CANARY + "-5")));
    assertThat(texts).noneSatisfy(text -> assertThat(text).contains(CANARY));
  }

  @Test
  void readersNeverSeeAMixOfTwoVersions() throws Exception {
    SecretPath pair = fixture.unusedPath();
    seedPair(pair, "0");
    reopen();
    Map<Version, String> seen = new ConcurrentHashMap<>();
    AtomicBoolean writing = new AtomicBoolean(true);
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int i = 1; i < THREADS; i++) {
      work.add(
          () -> {
            do {
              readPair(pair, seen);
            } while (writing.get());
            return true;
          });
    }
    work.add(
        () -> {
          try {
            rotatePair(pair);
          } finally {
            writing.set(false);
          }
          return true;
        });
    assertThat(together(work)).containsOnly(true);
    readPair(pair, seen);
    String last = store.capabilities().writable() ? Integer.toString(ROTATIONS) : "0";
    assertThat(seen).containsEntry(store.head(pair).current(), last);
  }

  @Test
  void oneOfEightRacingRotationsWins() throws Exception {
    needsCompareAndSet();
    Version before = currentVersion();
    List<Callable<Boolean>> racers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      String value = "value of racer " + i;
      racers.add(() -> race(RotationId.random(), value, before));
    }
    assertThat(together(racers)).containsOnlyOnce(true);
    assertThat(currentVersion()).isNotEqualTo(before);
    assertThat(currentValue()).startsWith("value of racer");
    assertThat(store.readPending(path)).isEmpty();
  }

  @Test
  void onePromotionRepeatedByEightThreadsMakesOneVersion() throws Exception {
    needsCompareAndSet();
    Version before = currentVersion();
    if (store.capabilities().staging()) {
      stage(rotation, NEW);
    }
    List<Callable<Version>> repeats = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      repeats.add(() -> promote(rotation, NEW, before));
    }
    assertThat(together(repeats)).containsOnly(currentVersion());
    assertThat(currentValue()).isEqualTo(NEW);
  }

  /** As an agent does it: wait for one's turn, stage, promote, and clear up after a defeat. */
  private boolean race(RotationId mine, String value, Version expected) {
    if (store.capabilities().staging()) {
      long giveUp = System.nanoTime() + fixture.patience().toNanos();
      boolean staged = false;
      while (!staged) {
        try {
          stage(mine, value);
          staged = true;
        } catch (StoreException.Conflict e) {
          // Another racer's version is pending; it promotes or drops it in a moment.
          assertThat(System.nanoTime() - giveUp).as("waited for one's turn").isNegative();
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }
    try {
      promote(mine, value, expected);
      return true;
    } catch (StoreException.Conflict e) {
      if (store.capabilities().staging()) {
        store.dropPending(path, mine);
      }
      return false;
    }
  }

  private void seedPair(SecretPath pair, String mark) {
    try (SecretFields fields = fields(Map.of("login", mark, "password", mark))) {
      fixture.seed(pair, fields);
    }
  }

  private void rotatePair(SecretPath pair) {
    if (!store.capabilities().writable()) {
      return;
    }
    for (int i = 1; i <= ROTATIONS; i++) {
      String mark = Integer.toString(i);
      RotationId mine = RotationId.random();
      Version expected = store.head(pair).current();
      try (SecretFields fields = fields(Map.of("login", mark, "password", mark))) {
        if (store.capabilities().staging()) {
          store.stage(pair, mine, fields);
        }
        store.promote(pair, mine, fields, expected);
      }
    }
  }

  private void readPair(SecretPath pair, Map<Version, String> seen) {
    try (StoredSecret read = store.readCurrent(pair)) {
      String login = text(read, "login");
      assertThat(text(read, "password")).isEqualTo(login);
      String known = seen.putIfAbsent(read.version(), login);
      assertThat(known == null || known.equals(login)).as("one version, one value").isTrue();
    }
  }

  /** Platform threads, as spinning readers would keep a virtual writer from its carrier. */
  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(work.size());
    List<Future<T>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
      for (Callable<T> one : work) {
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  return one.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    }
  }

  /** Everything that a log would show of the failure, causes included; empty when it worked. */
  private static String failure(Runnable call) {
    try {
      call.run();
      return "";
    } catch (RuntimeException e) {
      StringWriter text = new StringWriter();
      e.printStackTrace(new PrintWriter(text, true));
      return text.toString();
    }
  }
}
