package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.KeyKind;
import dev.postern.mailgun.simulator.KeyRole;
import dev.postern.mailgun.simulator.SimulatedKey;
import dev.postern.sidecar.cli.InProcessCli;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret of each kind, in one config, at one agent. */
class KindsIT {
  @TempDir private Path directory;
  private EveryKind kinds;
  private Installation installation;

  @BeforeEach
  void install() {
    kinds = EveryKind.install(directory);
    installation = kinds.installation();
  }

  @AfterEach
  void close() {
    kinds.close();
  }

  @Test
  void eachKindIsReplacedProvenDeadAndRecorded() {
    Program agent = installation.agent();
    for (String name : EveryKind.ALL) {
      assertThat(kinds.alive(kinds.old(name))).as("the first " + name + " lives").isTrue();

      rotate(name);

      kinds.swapped(name);
      String json = installation.cli("report", "last", "--format", "json").out();
      assertThat(json)
          .contains("\"secret\":\"" + name + "\"", "\"state\":\"done\"", "\"step\":\"prove\"")
          .contains("\"old\":\"refused\",\"successor\":\"accepted\"");
      assertThat(installation.cli("report", "last").out()).contains("is proven dead");
      assertThat(installation.cli("report", "last", "--format", "html").out()).contains(name);
      assertThat(
              installation
                  .management(agent)
                  .metric("postern_time_to_revoke_seconds_count{secret=\"" + name + "\"}"))
          .isEqualTo(1.0);
    }
    assertThat(installation.cli("list").out()).contains(EveryKind.ALL);
    assertThat(installation.cli("rotations").out()).contains(EveryKind.ALL);
  }

  @Test
  void adminKeyReplacesItselfKeepsItsRoleAndMakesTheNextKeys() {
    installation.agent();
    SimulatedKey before = installation.adminKey().key();

    rotate(EveryKind.ADMIN);

    SimulatedKey after = onlyAdminKey();
    assertThat(after.id()).isNotEqualTo(before.id());
    assertThat(after.role()).isEqualTo(before.role()).isEqualTo(KeyRole.ADMIN);
    assertThat(after.kind()).isEqualTo(before.kind()).isEqualTo(KeyKind.USER);
    assertThat(after.description())
        .startsWith("postern/" + installation.name() + "/" + EveryKind.ADMIN + "/");
    // The issuer goes on with the successor, and with the one after it.
    rotate(EveryKind.SENDING);
    rotate(EveryKind.ADMIN);
    rotate(EveryKind.WEBHOOK);
    assertThat(kinds.provider().key(after.id())).isEmpty();
    assertThat(onlyAdminKey().role()).isEqualTo(KeyRole.ADMIN);
    for (String name : List.of(EveryKind.ADMIN, EveryKind.SENDING, EveryKind.WEBHOOK)) {
      kinds.swapped(name);
    }
  }

  @Test
  void batchOverAllKindsIsDoneOnceAndItsRepetitionRotatesNothing() {
    Program agent = installation.agent();

    assertThat(batch("breach", "--compromised").out()).contains("all 5 done");

    assertThat(onlyAdminKey().id()).isNotEqualTo(installation.adminKey().id());
    byte[] account = kinds.provider().exposeSnapshot();
    assertThat(batch("breach", "--compromised").out()).contains("all 5 done");
    assertThat(kinds.provider().exposeSnapshot()).as("the account").isEqualTo(account);
    assertThat(rotations()).isEqualTo(EveryKind.ALL.size());
    assertThat(installation.management(agent).metrics()).contains("postern_");

    // Another batch is another matter: the logins' turn comes round.
    assertThat(batch("drill").out()).contains("all 5 done");
    assertThat(rotations()).isEqualTo(2 * EveryKind.ALL.size());
    for (String name : EveryKind.ALL) {
      HeldSecret fresh = kinds.swapped(name);
      assertThat(fresh.login()).isEqualTo(kinds.old(name).login());
    }
  }

  @Test
  void loginsTakeTurnsAndTheOneInPlaceKeepsItsName() {
    installation.agent();

    rotate(EveryKind.SMTP);
    rotate(EveryKind.IN_PLACE);

    assertThat(kinds.swapped(EveryKind.SMTP).login()).isEqualTo(EveryKind.SECOND_LOGIN);
    assertThat(kinds.swapped(EveryKind.IN_PLACE).login())
        .isEqualTo(kinds.old(EveryKind.IN_PLACE).login());
  }

  static Stream<Arguments> crashes() {
    return Stream.of(
            Stream.of("ISSUER_ACTIVATE:BEFORE", "ISSUER_ACTIVATE:AFTER")
                .flatMap(place -> at(place, EveryKind.SMTP, EveryKind.IN_PLACE)),
            at(
                "STORE_PROMOTE:AFTER",
                EveryKind.SMTP,
                EveryKind.IN_PLACE,
                EveryKind.WEBHOOK,
                EveryKind.ADMIN),
            // In place, setting the new password is what revokes the old one.
            at(
                "ISSUER_REVOKE_PREDECESSOR:AFTER",
                EveryKind.SMTP,
                EveryKind.WEBHOOK,
                EveryKind.ADMIN),
            at("ISSUER_ISSUE:AFTER", EveryKind.WEBHOOK, EveryKind.ADMIN))
        .flatMap(places -> places);
  }

  private static Stream<Arguments> at(String place, String... names) {
    return Stream.of(names).map(name -> Arguments.of(name, place));
  }

  @ParameterizedTest
  @MethodSource("crashes")
  void agentKilledInARotationCompletesItWhenItIsBack(String name, String place) {
    CrashScene scene = new CrashScene(installation);
    scene.halt(place, name);

    Program agent = installation.agent();

    scene.awaitState("done");
    kinds.swapped(name);
    assertThat(rotations()).isEqualTo(1);
    assertThat(installation.cli("report", "last", "--format", "json").out())
        .contains("\"secret\":\"" + name + "\"");
    assertThat(installation.management(agent).metrics()).contains("postern_");
    onlyAdminKey();
    for (String other : EveryKind.ALL) {
      assertThat(other.equals(name) || kinds.alive(kinds.old(other)))
          .as("the untouched " + other + " lives")
          .isTrue();
    }
    scene.foreignersLive();
  }

  /** Which of the rotations that run at once is the one at that place is up to the threads. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ISSUER_ISSUE:AFTER:3",
        "STORE_PROMOTE:AFTER:2",
        "ISSUER_REVOKE_PREDECESSOR:AFTER:3"
      })
  void batchCutShortByACrashIsFinishedByItsRepetition(String place) {
    Program killed = installation.agentWithFlags(Program.haltingAt(place));
    killed.said("agent started");
    installation.cli("rotate", "--all", "--compromised", "--batch", "breach");
    assertThat(killed.exit()).as(killed.err()).isEqualTo(CrashScene.KILLED);
    installation.agent();

    assertThat(batch("breach", "--compromised").out()).contains("all 5 done");

    assertThat(rotations()).isEqualTo(EveryKind.ALL.size());
    onlyAdminKey();
    EveryKind.ALL.forEach(kinds::swapped);
  }

  private SimulatedKey onlyAdminKey() {
    assertThat(kinds.adminKeys()).hasSize(1);
    return kinds.adminKeys().getFirst();
  }

  private void rotate(String name) {
    InProcessCli.Ended rotate =
        installation.cli("rotate", name, "--compromised", "--wait", "--reason", "e2e");
    assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
    assertThat(rotate.out()).contains(name + ": done: old key ", " proven dead");
  }

  private InProcessCli.Ended batch(String name, String... options) {
    List<String> line = new ArrayList<>(List.of("rotate", "--all", "--batch", name, "--wait"));
    line.addAll(List.of(options));
    InProcessCli.Ended all = installation.cli(line.toArray(String[]::new));
    assertThat(all.exit()).as(all.out() + all.err()).isZero();
    return all;
  }

  private int rotations() {
    return installation.cli("rotations", "--json").out().split("\"old_version\":", -1).length - 1;
  }
}
