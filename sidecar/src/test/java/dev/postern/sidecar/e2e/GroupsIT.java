package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.AccessPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of other users, with groups of their own, at the sockets of a running agent. */
class GroupsIT {
  private static MailgunSimulator provider;

  /** Whoever is in it can connect, and may do nothing by that. */
  private static final int DOOR = 3000;

  private static final int MAIL = 8;
  private static final String LIST = "/v1/secrets";
  private static final String SECRET = "/v1/secrets/sending-key";
  private static final String RELAY = "/v1/secrets/relay";
  private static final String WATCH = "/v1/watch?name=sending-key";

  @TempDir private Path directory;
  private Installation installation;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @BeforeEach
  void install() throws IOException {
    Program.assumeInstalled("setpriv");
    Program.assumeInstalled("curl");
    Assumptions.assumeTrue(AccessPolicy.uidOfThisProcess() == 0, "only root can join groups");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    installation = Installation.create(directory, provider, "groups.example.com");
  }

  @AfterEach
  void close() {
    if (installation != null) {
      installation.close();
    }
  }

  @AfterAll
  static void closeProvider() {
    provider.close();
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
  void everyDecisionIsALineOfTheAuditWhateverWasAskedFor() {
    installation.canary().watch("the relay's password", "kw82hz5q-c7vt09mx");
    installation.local("relay@example.com\n", "put", "mail/relay", "--field", "login");
    installation.local("kw82hz5q-c7vt09mx\n", "put", "mail/relay", "--field", "password");
    allow("[{gid: 2000}]");
    installation.writeConfig(
        text ->
            Installation.read(installation.config())
                .replace("timeout: 5s", "smtp: {host: 127.0.0.1, port: 2525}")
                .replace(
                    "\nsocket: {path: p",
                    """

                      relay:
                        kind: mailgun-smtp
                        source: {store: embedded, path: mail/relay}
                        issuer: mailgun
                        domain: groups.example.com
                        rotation: {strategy: in-place}
                        consumers: {allow: [{gid: 2000}]}
                    socket: {path: p\
                    """));
    Program agent = installation.agent();
    String ack = "{\"version\":\"2\"}";
    List<String> expected = new ArrayList<>();
    for (int group : new int[] {2000, 2001}) {
      boolean may = group == 2000;
      String answer = may ? "200" : "403";
      String end = may ? " rule=gid 2000 allowed" : " denied";
      // Who may read none is shown that there is none, and told of as denied.
      expected.add(
          asked("list secret=* version=" + (may ? " allowed" : " denied"), group, "200", LIST));
      expected.add(asked("watch secret=sending-key version=2" + end, group, answer, WATCH));
      expected.add(
          asked(
              "ack secret=sending-key version=2" + end,
              group,
              may ? "204" : "403",
              SECRET + "/ack",
              "-X",
              "PUT",
              "-d",
              ack));
      expected.add(asked("read secret=relay version=2" + end, group, answer, RELAY + "/login"));
      expected.add(asked("read secret=relay version=2" + end, group, answer, RELAY + "/password"));
      expected.add(
          asked("read secret=no-such version= denied", group, "403", "/v1/secrets/no-such"));
    }
    agent.terminate();

    assertThat(agent.err().lines().filter(line -> line.contains(" audit - ")))
        .allMatch(line -> line.contains(line.endsWith(" allowed") ? " INFO " : " WARN "))
        .map(line -> line.replaceFirst(".* audit - ", ""))
        .containsExactlyElementsOf(expected);
  }

  /** Asks, as somebody of this group, and returns what the audit is to say of it. */
  private String asked(String line, int group, String status, String path, String... options) {
    Program curl = curl("p.sock", path, new Who(1234, 1234, DOOR, group), options);
    assertThat(curl.out()).as(path).isEqualTo(status);
    return "uid=1234 gid=1234 pid=" + curl.pid() + " action=" + line;
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
    return curl(socket, path, new Who(uid, gid, groups)).out();
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Who(int uid, int gid, int... groups) {}

  /** Prints the status. What goes on for ever is left after a second. */
  private Program curl(String socket, String path, Who who, String... options) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid",
                Integer.toString(who.uid),
                "--regid",
                Integer.toString(who.gid),
                "--groups",
                IntStream.of(who.groups)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(",")),
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}"));
    if (path.equals(WATCH)) {
      line.addAll(List.of("--max-time", "1"));
    }
    line.addAll(List.of(options));
    line.addAll(
        List.of("--unix-socket", directory.resolve(socket).toString(), "http://postern" + path));
    Program curl = installation.system(line.toArray(String[]::new));
    curl.exit();
    return curl;
  }
}
