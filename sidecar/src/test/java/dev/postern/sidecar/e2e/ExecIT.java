package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.linux.UnixSignal;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code postern exec} around real programs, with a real agent. */
final class ExecIT {
  private static final String ONE_COPY =
      "trap 'echo stopping $SENDING_KEY_VERSION; exit 0' TERM;"
          + " echo running $SENDING_KEY_VERSION ${#SENDING_KEY_API_KEY} $SENDING_KEY_DOMAIN;"
          + " while :; do sleep 0.05; done";

  private static MailgunSimulator provider;

  @TempDir Path directory;

  private Installation installation;
  private Program agent;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().domain("exec.example.com").start();
  }

  @AfterAll
  static void stopProvider() {
    provider.close();
  }

  @BeforeEach
  void startAgent() {
    installation = Installation.create(directory, provider, "exec.example.com");
    agent = installation.agent();
  }

  @AfterEach
  void stop() {
    installation.close();
  }

  @Test
  void programIsStartedAgainWithTheNewVersionAndTheRotationWaitsForThat() {
    Program exec = exec(List.of(), "/bin/sh", "-c", ONE_COPY);
    int length = installation.oldKey().exposeSecret().length();
    exec.said("running 2 " + length + " exec.example.com");

    InProcessCli.Ended rotate = installation.rotate("--compromised");

    assertThat(rotate.exit()).as(rotate.out() + rotate.err() + exec.err()).isZero();
    assertThat(exec.out()).containsSubsequence("running 2", "stopping 2", "running 3");
    assertThat(installation.cli("report", "last").out())
        .contains("pid " + exec.pid())
        .doesNotContain("was cut");
    assertThat(exec.terminate()).isZero();
    assertThat(exec.out()).endsWith("stopping 3\n");
  }

  @Test
  void versionIsAcknowledgedOnlyWhenTheProgramIsReady() throws IOException {
    Path ready = directory.resolve("ready");
    Files.createFile(ready);
    Program exec =
        exec(List.of("--ready", "test -e " + ready), "/bin/sh", "-c", ONE_COPY).said("running 2");
    awaitAcknowledged("2");
    Files.delete(ready);

    Program rotate = installation.program("rotate", "sending-key", "--compromised", "--wait");
    exec.said("running 3");
    Eventually.isTrue(() -> installation.cli("consumers").out(), () -> shows("3", "no"));
    assertThat(rotate.isAlive()).isTrue();
    Files.createFile(ready);

    assertThat(rotate.exit()).as(rotate.out() + exec.err()).isZero();
    awaitAcknowledged("3");
  }

  @Test
  void copiesAreStartedAgainOneAfterTheOther() throws IOException {
    Path log = directory.resolve("copies.log");
    String copy =
        "trap 'echo stop $POSTERN_COPY >> LOG; exit 0' TERM; echo start $POSTERN_COPY >> LOG;"
                .replace("LOG", log.toString())
            + " while :; do sleep 0.05; done";
    Program exec =
        exec(
            List.of("--copies", "3", "--ready", "kill -0 $POSTERN_COPY_PID"),
            "/bin/sh",
            "-c",
            copy);
    awaitAcknowledged("2");

    assertThat(installation.rotate("--compromised").exit()).as(exec.err()).isZero();

    Eventually.isTrue(() -> Installation.read(log), () -> lines(log).size() == 9);
    assertThat(lines(log).subList(0, 3)).containsExactlyInAnyOrder("start 1", "start 2", "start 3");
    assertThat(lines(log).subList(3, 9))
        .filteredOn(line -> line.startsWith("stop"))
        .containsExactly("stop 1", "stop 2", "stop 3");
    for (int number = 1; number <= 2; number++) {
      assertThat(lines(log).lastIndexOf("start " + number))
          .as("copy %d is back before the next is stopped: %s", number, lines(log))
          .isGreaterThan(lines(log).indexOf("stop " + number));
    }
    assertThat(exec.terminate()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"exit 7, 7", "kill -9 $$, 137", "kill -TERM $$, 143"})
  void exitCodeIsTheProgramsOwn(String script, int code) {
    assertThat(exec(List.of(), "/bin/sh", "-c", script).exit()).isEqualTo(code);
  }

  @Test
  void whatCannotBeStartedIsSaidWithAShellsExitCodes() throws IOException {
    Path plain = Files.writeString(directory.resolve("plain.txt"), "no program");

    Program missing = exec(List.of(), "/no/such/program");
    assertThat(missing.exit()).isEqualTo(127);
    assertThat(missing.err()).contains("/no/such/program: no such program");
    Program notExecutable = exec(List.of(), plain.toString());
    assertThat(notExecutable.exit()).isEqualTo(126);
    assertThat(notExecutable.err()).contains("see whether it is executable");
  }

  @Test
  void signalsArePassedOn() throws IOException {
    String script =
        "trap 'echo reloaded' HUP; trap 'echo told' USR1; trap 'exit 3' INT;"
            + " echo running; while :; do sleep 0.05; done";
    Program exec = exec(List.of(), "/bin/sh", "-c", script).said("running");
    awaitAcknowledged("2");

    UnixSignal.HUP.send(exec.pid());
    exec.said("reloaded");
    UnixSignal.USR1.send(exec.pid());
    exec.said("told");
    UnixSignal.INT.send(exec.pid());
    assertThat(exec.exit()).isEqualTo(3);
  }

  @Test
  void programThatGoesOnAfterAnInterruptIsStillStartedAgain() throws IOException {
    Program exec =
        exec(
            List.of(),
            "/bin/sh",
            "-c",
            "trap 'echo interrupted' INT; echo running $SENDING_KEY_VERSION;"
                + " while :; do sleep 0.05; done");
    exec.said("running 2");
    awaitAcknowledged("2");
    UnixSignal.INT.send(exec.pid());
    exec.said("interrupted");

    assertThat(installation.rotate("--compromised").exit()).as(exec.err()).isZero();

    exec.said("running 3");
  }

  @Test
  void endThatComesWhileACopyIsBeingReplacedIsNotLost() throws IOException {
    String slow =
        "trap 'echo stopping; sleep 1; exit 0' TERM; echo running $SENDING_KEY_VERSION;"
            + " while :; do sleep 0.05; done";
    Program exec = exec(List.of(), "/bin/sh", "-c", slow).said("running 2");
    installation.program("rotate", "sending-key", "--compromised");
    exec.said("stopping");

    UnixSignal.TERM.send(exec.pid());

    assertThat(exec.exit()).isEqualTo(143);
    assertThat(exec.out()).doesNotContain("running 3");
  }

  @Test
  void programThatDoesNotEndIsKilledAfterItsTime() {
    Program exec =
        exec(
            List.of("--stop-timeout", "300ms"),
            "/bin/sh",
            "-c",
            "trap '' TERM; echo running $SENDING_KEY_VERSION; while :; do sleep 0.05; done");
    exec.said("running 2");

    assertThat(installation.rotate("--compromised").exit()).as(exec.err()).isZero();

    exec.said("running 3");
  }

  @Test
  void programGoesOnWhileTheAgentIsAwayAndFollowsTheNextOne() {
    Program exec = exec(List.of(), "/bin/sh", "-c", ONE_COPY).said("running 2");
    agent.kill();
    agent = installation.agent();
    assertThat(exec.isAlive()).isTrue();
    awaitAcknowledged("2");

    InProcessCli.Ended rotate = installation.rotate("--compromised");

    assertThat(rotate.exit()).as(rotate.out() + exec.err()).isZero();
    assertThat(exec.out()).containsSubsequence("running 2", "stopping 2", "running 3");
  }

  @Test
  void chosenVariablesAreTheOnlyOnes() {
    Program exec =
        exec(
            List.of("--env", "MAIL_DOMAIN=domain", "--env", "V=sending-key/version"),
            "/bin/sh",
            "-c",
            "echo $MAIL_DOMAIN $V; env | cut -d= -f1");

    assertThat(exec.exit()).isZero();
    assertThat(exec.out()).startsWith("exec.example.com 2\n").doesNotContain("SENDING_KEY");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --env X               | 2 | --env is VARIABLE=SECRET/FIELD
          --env X=other/api_key | 2 | add --secret other
          --env X=nothing       | 2 | has no field nothing: it has
          --copies 0            | 2 | --copies is at least 1
          --stop-signal 15      | 2 | --stop-signal is a name
          --stop-timeout soon   | 2 | --stop-timeout is not a duration
          --secret other        | 3 | no such secret
          --socket /no/such     | 4 | no agent answers on /no/such
          """)
  void badInputStartsNothing(String option, int code, String message) {
    Program exec = exec(List.of(option.split(" ", -1)), "/bin/sh", "-c", "echo was started");

    assertThat(exec.exit()).as(exec.err()).isEqualTo(code);
    assertThat(exec.err()).contains(message);
    assertThat(exec.out()).isEmpty();
  }

  private void awaitAcknowledged(String version) {
    Eventually.isTrue(() -> installation.cli("consumers").out(), () -> shows(version, "yes"));
  }

  /** Whether a row of the consumers has a version, its age, and whether it is acknowledged. */
  private boolean shows(String version, String acknowledged) {
    return Pattern.compile("\\s" + version + "\\s+\\S+\\s+" + acknowledged + "\\s")
        .matcher(installation.cli("consumers").out())
        .find();
  }

  private static List<String> lines(Path file) {
    return Installation.read(file).lines().toList();
  }

  /** Options given twice are the later ones, but for those that add up. */
  private Program exec(List<String> options, String... command) {
    List<String> line = new ArrayList<>(List.of("exec", "--secret", "sending-key"));
    if (!options.contains("--socket")) {
      line.addAll(List.of("--socket", installation.socket().toString()));
    }
    line.addAll(options);
    line.add("--");
    line.addAll(List.of(command));
    return installation.system(
        Program.line(List.of(), line.toArray(String[]::new)).toArray(String[]::new));
  }
}
