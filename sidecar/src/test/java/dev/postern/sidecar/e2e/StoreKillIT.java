package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.Operation;
import dev.postern.sidecar.e2e.OutsideStore.Kind;
import dev.postern.sidecar.server.RawClient;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An agent that is killed in the middle of a rotation whose key is in a store outside: the next one
 * brings it to its end. It dies at each single write, after the store carried that out and before
 * the agent knows; so also in the middle of what is one step of the cycle.
 */
class StoreKillIT {
  private static MailgunSimulator provider;
  private static final AtomicInteger ENDED = new AtomicInteger();

  @TempDir private Path directory;
  @TempDir private Path credentials;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @AfterAll
  static void sum() {
    System.out.println("rotations with their key in a store outside, ended well: " + ENDED.get());
    provider.close();
  }

  static Stream<Arguments> writes() {
    return Arrays.stream(Kind.values())
        .flatMap(
            kind ->
                IntStream.rangeClosed(1, kind.writes()).mapToObj(nth -> Arguments.of(kind, nth)));
  }

  static Stream<Arguments> places() {
    return places(
        Failpoint.STORE_FLAG,
        Failpoint.STORE_READ_CURRENT,
        Failpoint.STORE_STAGE,
        Failpoint.STORE_PROMOTE,
        Failpoint.ISSUER_REVOKE_PREDECESSOR,
        Failpoint.STORE_HEAD,
        Failpoint.STORE_UNFLAG);
  }

  static Stream<Arguments> placesOfTheWayBack() {
    return places(Failpoint.STORE_DROP_PENDING);
  }

  private static Stream<Arguments> places(Failpoint... failpoints) {
    return Arrays.stream(Kind.values())
        .flatMap(
            kind ->
                Arrays.stream(failpoints)
                    .flatMap(
                        failpoint ->
                            Stream.of(Moment.BEFORE, Moment.AFTER)
                                .map(moment -> Arguments.of(kind, failpoint + ":" + moment))));
  }

  @ParameterizedTest
  @MethodSource("writes")
  void rotationIsCompletedByTheNextAgentWhicheverWriteItsFirstOneDiesOf(Kind kind, int nth) {
    try (Installation installation = installation(kind, "write-" + (char) ('a' + nth));
        OutsideStore store = OutsideStore.install(kind, installation, credentials)) {
      CrashScene scene = new CrashScene(installation);
      Program agent = installation.agent();
      AtomicInteger written = new AtomicInteger();
      store.afterWrites(
          () -> {
            if (written.incrementAndGet() == nth) {
              agent.kill();
            }
          });

      installation.cli("rotate", Installation.SECRET, "--compromised");
      assertThat(agent.exit()).as(agent.err()).isEqualTo(CrashScene.KILLED);

      scene.ends();
      rotated(installation, scene, store);
    }
  }

  /** So that the kills above are all there are. */
  @ParameterizedTest
  @EnumSource
  void rotationWithoutAnyTroubleWritesAsOftenAsItIsSaidTo(Kind kind) {
    try (Installation installation = installation(kind, "counted");
        OutsideStore store = OutsideStore.install(kind, installation, credentials)) {
      CrashScene scene = new CrashScene(installation);
      AtomicInteger written = new AtomicInteger();
      store.afterWrites(written::incrementAndGet);

      scene.ends();

      rotated(installation, scene, store);
      assertThat(written).hasValue(kind.writes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void rotationIsCompletedAfterADeathBeforeTheOldKeyIsRevoked(Kind kind) {
    rotationIsCompletedAfterACrash(kind, Failpoint.ISSUER_REVOKE_PREDECESSOR + ":BEFORE");
  }

  @ParameterizedTest
  @EnumSource
  void rotationGoesBackAfterADeathOnTheWayBack(Kind kind) {
    rotationGoesBackAllTheWay(kind, Failpoint.STORE_DROP_PENDING + ":AFTER");
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @MethodSource("places")
  void rotationIsCompletedAfterACrash(Kind kind, String place) {
    try (Installation installation = installation(kind, place);
        OutsideStore store = OutsideStore.install(kind, installation, credentials)) {
      CrashScene scene = new CrashScene(installation);
      scene.halt(place);

      scene.ends();

      rotated(installation, scene, store);
    }
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @MethodSource("placesOfTheWayBack")
  void rotationGoesBackAllTheWay(Kind kind, String place) {
    try (Installation installation = installation(kind, place);
        OutsideStore store = OutsideStore.install(kind, installation, credentials)) {
      CrashScene scene = new CrashScene(installation);
      provider.inject(Operation.SEND_MESSAGE, new Fault.Status(503, ""), MailgunSimulator.ALWAYS);
      Program agent = installation.agentWithFlags(Program.haltingAt(place));
      agent.said("agent started");
      assertThat(installation.cli("rotate", Installation.SECRET, "--compromised").exit()).isZero();
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
      assertThat(store.pending(Installation.PATH)).as("pending").isFalse();
      assertThat(store.field(Installation.PATH, "api_key"))
          .as("the key in the store")
          .contains(installation.oldKey().exposeSecret());
      scene.foreignersLive();
      ENDED.incrementAndGet();
    } finally {
      provider.clearFaults();
    }
  }

  /** The store holds the one key that lives, and nothing else; whoever asks the agent gets it. */
  private static void rotated(Installation installation, CrashScene scene, OutsideStore store) {
    String fresh = store.field(Installation.PATH, "api_key").orElseThrow();
    installation.canary().watch("the new key", fresh);
    assertThat(installation.liveKeysExcept(scene.foreigners()))
        .as("keys that live")
        .singleElement()
        .satisfies(
            key -> assertThat(store.field(Installation.PATH, "api_key_id")).contains(key.id()));
    assertThat(answer(installation, fresh)).isEqualTo(Mailgun.ALIVE);
    assertThat(answer(installation, installation.oldKey().exposeSecret())).isEqualTo(Mailgun.DEAD);
    scene.foreignersLive();
    assertThat(store.pending(Installation.PATH)).as("pending").isFalse();
    assertThat(store.flagged(Installation.PATH)).as("flag").isFalse();
    // An agent that died of its last write has nothing left to rotate, and may still be reading.
    Eventually.isTrue(() -> "the secret is served", () -> served(installation).status() == 200);
    assertThat(served(installation).body()).contains(fresh, "\"tainted\":false");
    assertThat(installation.cli("report", "last").out()).contains("is proven dead");
    ENDED.incrementAndGet();
  }

  private static RawClient.Answer served(Installation installation) {
    return RawClient.get(installation.socket(), "/v1/secrets/sending-key");
  }

  private static int answer(Installation installation, String key) {
    return Mailgun.answer(provider, installation.domain(), key);
  }

  private Installation installation(Kind kind, String name) {
    String host =
        String.join("-", List.of(kind.name(), name))
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z]+", "-");
    return Installation.create(directory, provider, host + ".example.com");
  }
}
