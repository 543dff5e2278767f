package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.Operation;
import dev.postern.sidecar.server.RawClient;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An agent that dies in the middle of a rotation, as a process: the next one brings it to its end,
 * with no person's help. The matrix over every second crash and every lost answer runs in the core,
 * in one process.
 */
class KillCrashTest {
  /** Reached only by a rotation that is taken up again, or that goes back. */
  private static final Map<Failpoint, String> SECOND_CRASHES =
      Map.of(
          Failpoint.STORE_READ_VERSION, "ISSUER_REVOKE_PREDECESSOR:BEFORE",
          Failpoint.STORE_READ_PENDING, "STORE_STAGE:AFTER",
          Failpoint.ISSUER_LIVE, "ISSUER_ISSUE:AFTER",
          Failpoint.ISSUER_REVOKE_SUCCESSOR, "ISSUER_ISSUE:AFTER");

  /** Not reached by a rotation of a sending key: the sweep for orphans has its own test. */
  private static final Set<Failpoint> ELSEWHERE =
      EnumSet.of(
          Failpoint.ISSUER_ACTIVATE,
          Failpoint.ISSUER_LIST_ORPHANS,
          Failpoint.STORE_READ_CLAIMS,
          Failpoint.ISSUER_REVOKE_ORPHAN);

  private static MailgunSimulator provider;
  private static final AtomicInteger TRIED = new AtomicInteger();

  @TempDir private Path directory;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @AfterAll
  static void sum() {
    System.out.println("agents killed at " + TRIED.get() + " places, each rotation was ended well");
    provider.close();
  }

  static Stream<String> firstCrashes() {
    Set<Failpoint> reached = EnumSet.allOf(Failpoint.class);
    reached.removeAll(SECOND_CRASHES.keySet());
    reached.remove(Failpoint.STORE_DROP_PENDING);
    reached.removeAll(ELSEWHERE);
    return places(reached);
  }

  static Stream<String> secondCrashes() {
    return places(SECOND_CRASHES.keySet());
  }

  static Stream<String> crashesGoingBack() {
    return places(Set.of(Failpoint.STORE_DROP_PENDING));
  }

  private static Stream<String> places(Set<Failpoint> failpoints) {
    return failpoints.stream()
        .sorted()
        .flatMap(
            failpoint ->
                Stream.of(Moment.BEFORE, Moment.AFTER).map(moment -> failpoint + ":" + moment));
  }

  @ParameterizedTest
  @MethodSource("firstCrashes")
  void rotationIsCompletedAfterACrash(String place) {
    try (Installation installation = install(place)) {
      CrashScene scene = new CrashScene(installation);
      scene.halt(place);

      scene.completes();
      TRIED.incrementAndGet();
    }
  }

  @ParameterizedTest
  @MethodSource("secondCrashes")
  void rotationIsCompletedAfterASecondCrashInItsRecovery(String place) {
    Failpoint failpoint = Failpoint.valueOf(place.substring(0, place.indexOf(':')));
    try (Installation installation = install(place)) {
      CrashScene scene = new CrashScene(installation);
      scene.halt(Optional.ofNullable(SECOND_CRASHES.get(failpoint)).orElseThrow());
      Program second = installation.agentWithFlags(Program.haltingAt(place));
      assertThat(second.exit()).as(second.err()).isEqualTo(CrashScene.KILLED);

      scene.completes();
      TRIED.incrementAndGet();
    }
  }

  @ParameterizedTest
  @MethodSource("crashesGoingBack")
  void rotationGoesBackAllTheWayAfterACrashOnTheWayBack(String place) {
    try (Installation installation = install(place)) {
      CrashScene scene = new CrashScene(installation);
      provider.inject(Operation.SEND_MESSAGE, new Fault.Status(503, ""), MailgunSimulator.ALWAYS);
      Program agent = installation.agentWithFlags(Program.haltingAt(place));
      agent.said("agent started");
      assertThat(installation.cli("rotate", "sending-key", "--compromised").exit()).isZero();
      scene.awaitState("staged");
      try (RawClient admin = RawClient.connect(installation.adminSocket())) {
        String rotation = "/v1/rotations/" + scene.lastId();
        assertThat(admin.request("DELETE", rotation, "").status()).isBetween(200, 299);
      }
      assertThat(agent.exit()).as(agent.err()).isEqualTo(CrashScene.KILLED);
      provider.clearFaults();

      installation.agent();

      scene.awaitState("rolled-back");
      assertThat(installation.liveKeysExcept(scene.foreigners()))
          .singleElement()
          .satisfies(key -> assertThat(key.id()).isEqualTo(installation.oldKey().id()));
      assertThat(installation.pendingInStore()).isFalse();
      assertThat(installation.storedKey().id()).isEqualTo(installation.oldKey().id());
      scene.foreignersLive();
      TRIED.incrementAndGet();
    } finally {
      provider.clearFaults();
    }
  }

  @Test
  void agentKilledWhileItWaitsForAConsumerGoesOnWhenItIsBack() {
    try (Installation installation = install("waiting")) {
      CrashScene scene = new CrashScene(installation);
      Program agent = installation.agent();
      RawClient.get(installation.socket(), "/v1/secrets/sending-key");
      Program rotate =
          installation.program(
              "rotate", "sending-key", "--compromised", "--deadline", "8s", "--wait");
      scene.awaitState("promoted");

      assertThat(agent.kill()).isEqualTo(CrashScene.KILLED);
      rotate.said("the agent went away");

      scene.completes();
      TRIED.incrementAndGet();
      assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
      assertThat(rotate.out()).contains("proven dead");
    }
  }

  private Installation install(String name) {
    String host = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    return Installation.create(directory, provider, host + ".example.com");
  }
}
