package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.AccessPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of other users, with groups of their own, at the sockets of a running agent. */
class GroupsIT {
  private static final MailgunSimulator PROVIDER = MailgunSimulator.builder().start();

  /** Whoever is in it can connect, and may do nothing by that. */
  private static final int DOOR = 3000;

  private static final int MAIL = 8;
  private static final String SECRET = "/v1/secrets/sending-key";

  @TempDir private Path directory;
  private Installation installation;

  @BeforeEach
  void install() throws IOException {
    Program.assumeInstalled("setpriv");
    Program.assumeInstalled("curl");
    Assumptions.assumeTrue(AccessPolicy.uidOfThisProcess() == 0, "only root can join groups");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    installation = Installation.create(directory, PROVIDER, "groups.example.com");
  }

  @AfterEach
  void close() {
    if (installation != null) {
      installation.close();
    }
  }

  @AfterAll
  static void closeProvider() {
    PROVIDER.close();
  }

  @Test
  void groupIsAllowedByNumberOrNameBeItPrimaryOrSupplementary() {
    allow("[{gid: 2000}, {group: mail}, {uid: 1235, gid: 2001}]");
    Program agent = installation.agent();

    assertThat(ask(1234, 1234, DOOR, 2000)).isEqualTo("200");
    assertThat(ask(1234, 2000, DOOR)).isEqualTo("200");
    assertThat(ask(1234, 1234, DOOR, MAIL)).isEqualTo("200");
    assertThat(ask(1235, 1235, DOOR, 2001)).isEqualTo("200");
    assertThat(ask(1234, 1234, DOOR, 2001)).isEqualTo("403");
    assertThat(ask(1234, 1234, DOOR)).isEqualTo("403");
    assertThat(ask(0, 0, DOOR)).isEqualTo("403");

    String log = agent.err();
    String who = "uid=1234 gid=%d pid=[1-9][0-9]* action=read secret=sending-key version=[0-9]+";
    assertThat(log)
        .containsPattern(who.formatted(1234) + " rule=gid 2000 allowed\n")
        .containsPattern(who.formatted(2000) + " rule=gid 2000 allowed\n")
        .containsPattern(who.formatted(1234) + " rule=group mail allowed\n")
        .containsPattern("uid=1235 gid=1235 pid=[1-9].* rule=uid 1235 gid 2001 allowed\n")
        .containsPattern(who.formatted(1234) + " denied\n");
    assertThat(log.lines().filter(line -> line.contains("action=read")))
        .as("one line for each decision")
        .hasSize(7);
  }

  @Test
  void groupBeyondTheUsualNumberCounts() {
    allow("[{gid: 2000}]");
    installation.agent();
    int[] many = IntStream.concat(IntStream.of(DOOR), IntStream.rangeClosed(1900, 2000)).toArray();

    assertThat(ask(1234, 1234, many)).isEqualTo("200");
    many[many.length - 1] = 2001;
    assertThat(ask(1234, 1234, many)).isEqualTo("403");
  }

  @Test
  void adminSocketIsOpenedToAGroup() {
    Program closed = installation.agent();
    assertThat(asks("postern-admin.sock", "/v1/status", 1234, 1234, 2000)).isEqualTo("000");
    closed.terminate();

    installation.writeConfig(
        text ->
            text.replace(
                "{path: postern-admin.sock}",
                "{path: postern-admin.sock, mode: \"0660\", group: 3000, allow: [{gid: 2000}]}"));
    installation.agent();

    assertThat(asks("postern-admin.sock", "/v1/status", 1234, 1234, DOOR, 2000)).isEqualTo("200");
    assertThat(asks("postern-admin.sock", "/v1/status", 1234, 1234, DOOR)).isEqualTo("403");
    assertThat(asks("postern-admin.sock", "/v1/status", 1234, 1234, 2000)).isEqualTo("000");
  }

  @Test
  void groupThatThisMachineDoesNotHaveIsRefused() {
    allow("[{group: no-such-group}]");

    Program agent = installation.agentWithFlags(List.of());

    assertThat(agent.exit()).isEqualTo(2);
    assertThat(agent.err())
        .contains("consumers.allow[0].group: this machine has no group 'no-such-group'")
        .doesNotContain("\tat ");
  }

  private void allow(String list) {
    installation.writeConfig(
        text ->
            text.replaceAll("allow: \\[\\{uid: \\d+}]", "allow: " + list)
                .replace("mode: \"0660\"}", "mode: \"0660\", group: " + DOOR + "}"));
  }

  private String ask(int uid, int gid, int... groups) {
    return asks("p.sock", SECRET, uid, gid, groups);
  }

  /** The status of the answer; 000 for no connection. */
  private String asks(String socket, String path, int uid, int gid, int... groups) {
    Program curl =
        installation.system(
            "setpriv",
            "--reuid",
            Integer.toString(uid),
            "--regid",
            Integer.toString(gid),
            "--groups",
            IntStream.of(groups).mapToObj(Integer::toString).collect(Collectors.joining(",")),
            "curl",
            "-s",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "--unix-socket",
            directory.resolve(socket).toString(),
            "http://postern" + path);
    curl.exit();
    return curl.out();
  }
}
