package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.mailgun.simulator.MailgunSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An agent that dies, and whose successor dies too, as processes: every place is a first one once,
 * and a second one once. All pairs are tried in the core, in one process.
 */
@Tag("exhaustive")
class KillTwiceCrashTest {
  /** A rotation that goes on without trouble has ended by then, so the place is not reached. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(4);

  /** Not reached on the way from a leak to its end with a sending key. */
  private static final Set<Failpoint> ELSEWHERE =
      Set.of(Failpoint.STORE_DROP_PENDING, Failpoint.ISSUER_ACTIVATE);

  private static final MailgunSimulator PROVIDER = MailgunSimulator.builder().start();
  private static final AtomicInteger PAIRS = new AtomicInteger();
  private static final AtomicInteger REACHED = new AtomicInteger();

  @TempDir private Path directory;

  @AfterAll
  static void sum() {
    System.out.println(
        "pairs of kills tried: "
            + PAIRS.get()
            + ", the second place was reached in "
            + REACHED.get()
            + "; each rotation was ended well");
    PROVIDER.close();
  }

  record Pair(String first, String second) {}

  static Stream<Pair> pairs() {
    List<String> places = new ArrayList<>();
    for (Failpoint failpoint : Failpoint.values()) {
      if (failpoint.ofTheCycle() && !ELSEWHERE.contains(failpoint)) {
        places.add(failpoint + ":" + Moment.BEFORE);
        places.add(failpoint + ":" + Moment.AFTER);
      }
    }
    List<Pair> pairs = new ArrayList<>();
    for (int first = 0; first < places.size(); first++) {
      pairs.add(new Pair(places.get(first), places.get((first + 1) % places.size())));
    }
    return pairs.stream();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void rotationIsCompletedAfterTwoKills(Pair pair) {
    String host = (pair.first + "." + pair.second).toLowerCase(Locale.ROOT);
    String domain = host.replaceAll("[^a-z]+", "-").substring(0, Math.min(50, host.length()));
    try (Installation installation =
        Installation.create(directory, PROVIDER, domain + ".example.com")) {
      CrashScene scene = new CrashScene(installation);
      Program first = installation.agentWithFlags(Program.haltingAt(pair.first));
      first.said("agent started");
      installation.cli("rotate", "sending-key", "--compromised");
      boolean killed = first.endsWithin(LONG_ENOUGH);
      if (!killed) {
        // A place that only a recovery reaches.
        first.kill();
      }
      Program second = installation.agentWithFlags(Program.haltingAt(pair.second));
      if (!second.endsWithin(LONG_ENOUGH)) {
        second.kill();
      } else {
        assertThat(second.exit()).as(second.err()).isEqualTo(CrashScene.KILLED);
        REACHED.incrementAndGet();
      }
      scene.completes();
      PAIRS.incrementAndGet();
    }
  }
}
