package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import dev.postern.mailgun.simulator.Operation;
import dev.postern.sidecar.server.RawClient;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
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
  private static final int KILLED = 137;

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

  private static final MailgunSimulator PROVIDER = MailgunSimulator.builder().start();
  private static final AtomicInteger TRIED = new AtomicInteger();

  @TempDir private Path directory;

  @AfterAll
  static void sum() {
    System.out.println("agents killed at " + TRIED.get() + " places, each rotation was ended well");
    PROVIDER.close();
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
      Foreigners foreigners = Foreigners.of(installation);
      halt(installation, place);

      completes(installation, foreigners);
    }
  }

  @ParameterizedTest
  @MethodSource("secondCrashes")
  void rotationIsCompletedAfterASecondCrashInItsRecovery(String place) {
    Failpoint failpoint = Failpoint.valueOf(place.substring(0, place.indexOf(':')));
    try (Installation installation = install(place)) {
      Foreigners foreigners = Foreigners.of(installation);
      halt(installation, Optional.ofNullable(SECOND_CRASHES.get(failpoint)).orElseThrow());
      Program second = installation.agentWithFlags(Program.haltingAt(place));
      assertThat(second.exit()).as(second.err()).isEqualTo(KILLED);

      completes(installation, foreigners);
    }
  }

  @ParameterizedTest
  @MethodSource("crashesGoingBack")
  void rotationGoesBackAllTheWayAfterACrashOnTheWayBack(String place) {
    try (Installation installation = install(place)) {
      Foreigners foreigners = Foreigners.of(installation);
      PROVIDER.inject(Operation.SEND_MESSAGE, new Fault.Status(503, ""), MailgunSimulator.ALWAYS);
      Program agent = installation.agentWithFlags(Program.haltingAt(place));
      agent.said("agent started");
      assertThat(installation.cli("rotate", "sending-key", "--compromised").exit()).isZero();
      awaitState(installation, "staged");
      try (RawClient admin = RawClient.connect(installation.adminSocket())) {
        String rotation = "/v1/rotations/" + lastId(installation);
        assertThat(admin.request("DELETE", rotation, "").status()).isBetween(200, 299);
      }
      assertThat(agent.exit()).as(agent.err()).isEqualTo(KILLED);
      PROVIDER.clearFaults();

      installation.agent();

      awaitState(installation, "rolled-back");
      assertThat(installation.liveKeysExcept(foreigners.keys()))
          .singleElement()
          .satisfies(key -> assertThat(key.id()).isEqualTo(installation.oldKey().id()));
      assertThat(installation.pendingInStore()).isFalse();
      assertThat(installation.storedKey().id()).isEqualTo(installation.oldKey().id());
      foreigners.live();
      TRIED.incrementAndGet();
    } finally {
      PROVIDER.clearFaults();
    }
  }

  @Test
  void agentKilledWhileItWaitsForAConsumerGoesOnWhenItIsBack() {
    try (Installation installation = install("waiting")) {
      Foreigners foreigners = Foreigners.of(installation);
      Program agent = installation.agent();
      RawClient.get(installation.socket(), "/v1/secrets/sending-key");
      Program rotate =
          installation.program(
              "rotate", "sending-key", "--compromised", "--deadline", "8s", "--wait");
      awaitState(installation, "promoted");

      assertThat(agent.kill()).isEqualTo(KILLED);
      rotate.said("the agent went away");

      completes(installation, foreigners);
      assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
      assertThat(rotate.out()).contains("proven dead");
    }
  }

  private static void completes(Installation installation, Foreigners foreigners) {
    installation.agent();
    if (!installation.cli("rotations").out().contains("sending-key")) {
      // Halted before the first journal record: nobody was told that there is a rotation.
      assertThat(installation.rotate("--compromised").exit()).isZero();
    }
    awaitState(installation, "done");
    StoredKey fresh = installation.storedKey();
    assertThat(installation.liveKeysExcept(foreigners.keys()))
        .as("keys that live")
        .singleElement()
        .satisfies(key -> assertThat(key.id()).isEqualTo(fresh.id()));
    assertThat(answer(installation, fresh.exposeSecret())).isEqualTo(Mailgun.ALIVE);
    assertThat(answer(installation, installation.oldKey().exposeSecret())).isEqualTo(Mailgun.DEAD);
    foreigners.live();
    assertThat(installation.pendingInStore()).isFalse();
    assertThat(installation.flaggedInStore()).isFalse();
    RawClient.Answer served = RawClient.get(installation.socket(), "/v1/secrets/sending-key");
    assertThat(served.body()).contains(fresh.exposeSecret(), "\"tainted\":false");
    TRIED.incrementAndGet();
  }

  private static void awaitState(Installation installation, String state) {
    Eventually.isTrue(
        () -> state + " in " + installation.cli("rotations").out(),
        () ->
            installation
                .cli("rotations", "last", "--json")
                .out()
                .contains("\"state\":\"" + state + "\""));
  }

  private static String lastId(Installation installation) {
    Matcher id =
        Pattern.compile("\"id\":\"([^\"]+)\"")
            .matcher(installation.cli("rotations", "last", "--json").out());
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private static void halt(Installation installation, String place) {
    Program agent = installation.agentWithFlags(Program.haltingAt(place));
    agent.said("agent started");
    installation.cli("rotate", "sending-key", "--compromised");
    assertThat(agent.exit()).as(agent.err()).isEqualTo(KILLED);
  }

  private Installation install(String name) {
    String host = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    return Installation.create(directory, PROVIDER, host + ".example.com");
  }

  private static int answer(Installation installation, String key) {
    return Mailgun.answer(PROVIDER, installation.domain(), key);
  }

  /** Keys of the same domain that are nobody's business. */
  private record Foreigners(Installation installation, List<IssuedKey> all) {
    static Foreigners of(Installation installation) {
      String domain = installation.domain();
      return new Foreigners(
          installation,
          List.of(
              PROVIDER.createKey(NewKey.sending(domain, "of another program")),
              PROVIDER.createKey(
                  NewKey.sending(
                      domain,
                      "postern/another/sending-key/c2ce21cd-325a-49c8-8f43-944231a718d8"))));
    }

    IssuedKey[] keys() {
      return all.toArray(IssuedKey[]::new);
    }

    void live() {
      for (IssuedKey key : all) {
        assertThat(answer(installation, key.exposeSecret())).isEqualTo(Mailgun.ALIVE);
      }
    }
  }
}
