package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.mailgun.simulator.MailgunSimulator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that dies in a rotation, and whose successor dies of what the first left, as processes.
 * Each place on the way of a rotation is followed by itself, by the next, and by two far off, and a
 * crash that only a recovery can undo by each place of that recovery. All pairs are tried in the
 * core, in one process.
 */
@Tag("exhaustive")
class KillTwiceCrashTest {
  /** What a leaked sending key's rotation passes, in this order. */
  private static final List<Failpoint> ON_THE_WAY =
      List.of(
          Failpoint.JOURNAL_APPEND,
          Failpoint.STORE_FLAG,
          Failpoint.STORE_READ_CURRENT,
          Failpoint.ISSUER_ISSUE,
          Failpoint.STORE_STAGE,
          Failpoint.ISSUER_PROBE_SUCCESSOR,
          Failpoint.STORE_PROMOTE,
          Failpoint.ISSUER_REVOKE_PREDECESSOR,
          Failpoint.ISSUER_PROBE_PREDECESSOR,
          Failpoint.STORE_HEAD,
          Failpoint.STORE_UNFLAG);

  /** Reached by a recovery only, with the crash that it is from. */
  private static final Map<Failpoint, String> OF_RECOVERY =
      Map.of(
          Failpoint.STORE_READ_VERSION, "ISSUER_REVOKE_PREDECESSOR:BEFORE",
          Failpoint.STORE_READ_PENDING, "STORE_STAGE:AFTER",
          Failpoint.ISSUER_LIVE, "ISSUER_ISSUE:AFTER",
          Failpoint.ISSUER_REVOKE_SUCCESSOR, "ISSUER_ISSUE:AFTER");

  /** A way back, and a step that a sending key does not have. */
  private static final Set<Failpoint> ELSEWHERE =
      Set.of(Failpoint.STORE_DROP_PENDING, Failpoint.ISSUER_ACTIVATE);

  /** What is found done is not done again, so its successor does not die of the same. */
  private static final Set<String> NOT_REPEATED =
      Set.of("STORE_STAGE:AFTER", "STORE_PROMOTE:AFTER", "STORE_UNFLAG:AFTER");

  /** How many places further on the second kill is, where there are as many. */
  private static final int[] DISTANCES = {0, 1, 5, 11};

  /** One waits for its provider and its disk while the other computes. */
  private static final int SIDE_BY_SIDE = 2;

  private static MailgunSimulator provider;
  private static final AtomicInteger FIRST = new AtomicInteger();
  private static final AtomicInteger SECOND = new AtomicInteger();
  private static final AtomicInteger COMPLETED = new AtomicInteger();

  @TempDir private Path directory;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @AfterAll
  static void sum() {
    System.out.printf(
        "kills in pairs: %d places, %d pairs; %d agents killed, %d of their successors too;"
            + " %d rotations ended well%n",
        2 * (ON_THE_WAY.size() + OF_RECOVERY.size()),
        pairs().size(),
        FIRST.get(),
        SECOND.get(),
        COMPLETED.get());
    provider.close();
  }

  record Pair(String first, String second) {
    boolean isReached() {
      return !(first.equals(second) && NOT_REPEATED.contains(first));
    }

    @Override
    public String toString() {
      return first + ", then " + second;
    }
  }

  private static List<Pair> pairs() {
    List<String> places = ON_THE_WAY.stream().flatMap(KillTwiceCrashTest::places).toList();
    List<Pair> pairs = new ArrayList<>();
    for (int distance : DISTANCES) {
      for (int first = 0; first + distance < places.size(); first++) {
        pairs.add(new Pair(places.get(first), places.get(first + distance)));
      }
    }
    OF_RECOVERY.forEach(
        (failpoint, crash) ->
            places(failpoint).forEach(place -> pairs.add(new Pair(crash, place))));
    return pairs;
  }

  private static Stream<String> places(Failpoint failpoint) {
    return Stream.of(Moment.BEFORE, Moment.AFTER).map(moment -> failpoint + ":" + moment);
  }

  @Test
  void everyPlaceOfTheCycleIsInAPairOrIsSaidToBeElsewhere() {
    Set<Failpoint> known = EnumSet.copyOf(ON_THE_WAY);
    known.addAll(OF_RECOVERY.keySet());
    known.addAll(ELSEWHERE);

    assertThat(known)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Failpoint.values()).filter(Failpoint::ofTheCycle).toList());
  }

  @TestFactory
  Stream<DynamicTest> rotationIsCompletedAfterTwoKills() {
    ExecutorService workers = Executors.newFixedThreadPool(SIDE_BY_SIDE);
    List<DynamicTest> tests = new ArrayList<>();
    for (Pair pair : pairs()) {
      Path own = directory.resolve(Integer.toString(tests.size()));
      Future<?> tried = workers.submit(() -> completes(pair, own));
      tests.add(DynamicTest.dynamicTest(pair.toString(), () -> outcome(tried)));
    }
    workers.shutdown();
    return tests.stream();
  }

  private static void outcome(Future<?> tried) throws Throwable {
    try {
      tried.get();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  private static void completes(Pair pair, Path own) {
    String domain = "pair-" + own.getFileName() + ".example.com";
    try (Installation installation = Installation.create(own, provider, domain)) {
      CrashScene scene = new CrashScene(installation);
      scene.halt(pair.first);
      FIRST.incrementAndGet();

      boolean reached = scene.haltsAgain(pair.second);
      assertThat(reached).as("the successor reached its place").isEqualTo(pair.isReached());
      if (reached) {
        SECOND.incrementAndGet();
      }

      scene.completes();
      COMPLETED.incrementAndGet();
    }
  }
}
