package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that read files, as a rotation finds them. */
class FilesIT {
  private static final String DOMAIN = "mg.example.com";

  @TempDir private Path directory;

  /** Apart from the rest, which is searched for secrets. */
  @TempDir private Path outside;

  private final MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();
  private Path secrets = Path.of("");
  private Path runs = Path.of("");
  private Path broken = Path.of("");
  private Installation installation;

  @BeforeEach
  void install() throws IOException {
    secrets = Files.createDirectory(outside.resolve("secrets"));
    runs = outside.resolve("runs");
    broken = outside.resolve("broken");
    installation = Installation.create(directory, provider, DOMAIN);
    String script = "echo $POSTERN_VERSION >> %s; test ! -e %s".formatted(runs, broken);
    installation.writeConfig(
        text ->
            text.replace(
                "    consumers:",
                """
                    files:
                      - {path: %1$s/mailgun.key, mode: "0440"}
                      - path: %1$s/.env
                        template: dotenv
                        on-change: {command: [/bin/sh, -c, '%2$s'], timeout: 20s}
                    consumers:\
                """
                    .formatted(secrets, script)));
  }

  @AfterEach
  void close() {
    installation.close();
    provider.close();
  }

  private String env() {
    return Installation.read(secrets.resolve(".env"));
  }

  private long runs() {
    return Files.exists(runs) ? Installation.read(runs).lines().count() : 0;
  }

  private boolean acknowledged(int files) {
    String consumers = installation.cli("consumers", "--json").out();
    return consumers.split("\"acknowledged\":true", -1).length - 1 == files;
  }

  private String everythingOnDisk() {
    try (Stream<Path> files = Files.walk(secrets)) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.toList()) {
        text.append(file).append('\n');
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          text.append(Files.readString(file));
        }
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int oldKeyAnswers() {
    return Mailgun.answer(provider, DOMAIN, installation.oldKey().exposeSecret());
  }

  @Test
  void filesAreThereBeforeTheAgentIsReadyAndHoldTheNewKeyOnlyWhenARotationIsDone() {
    Program agent = installation.agent();
    Management management = installation.management(agent);
    Eventually.isTrue(() -> agent.err(), () -> management.ask("/health/ready").status() == 200);
    assertThat(env()).contains("MAILGUN_SECRET=" + installation.oldKey().exposeSecret() + "\n");
    Eventually.isTrue(() -> "the first hook", () -> acknowledged(2));

    InProcessCli.Ended rotate = installation.rotate("--compromised");

    assertThat(rotate.exit()).as(rotate.err() + agent.err()).isZero();
    StoredKey fresh = installation.storedKey();
    assertThat(Installation.read(secrets.resolve("mailgun.key"))).isEqualTo(fresh.exposeSecret());
    assertThat(env()).contains("MAILGUN_SECRET=" + fresh.exposeSecret() + "\n");
    assertThat(everythingOnDisk()).doesNotContain(installation.oldKey().exposeSecret());
    assertThat(Installation.read(runs)).isEqualTo("2\n3\n");
    assertThat(installation.cli("report", "last").out())
        .contains("has the new version: file " + secrets.resolve(".env"))
        .contains("has the new version: file " + secrets.resolve("mailgun.key"));
    assertThat(installation.cli("consumers").out()).contains("file " + secrets.resolve(".env"));
  }

  @Test
  void revocationWaitsForTheHook() throws IOException {
    installation.agent();
    Eventually.isTrue(() -> "the first hook", () -> acknowledged(2));
    Files.createFile(broken);

    Program rotate =
        installation.program(
            "rotate", "sending-key", "--compromised", "--deadline", "50s", "--wait");
    Eventually.isTrue(() -> "a second run of the hook for version 3", () -> runs() >= 3);

    assertThat(env()).contains(installation.storedKey().exposeSecret());
    assertThat(oldKeyAnswers()).isEqualTo(Mailgun.ALIVE);
    String status = installation.cli("status").out();
    assertThat(status)
        .contains("in the way: sending-key: file " + secrets.resolve(".env"))
        .contains("/bin/sh ended with exit code 1")
        .contains("holds version 3 and has not acknowledged version 3");

    Files.delete(broken);
    assertThat(rotate.exit()).as(rotate.err()).isZero();
    assertThat(oldKeyAnswers()).isEqualTo(Mailgun.DEAD);
    assertThat(installation.cli("report", "last").out()).doesNotContain("**was cut off**");
  }

  @Test
  void hookThatKeepsFailingIsCutAtTheDeadlineNamedAndGoesOn() throws IOException {
    Program agent = installation.agent();
    Eventually.isTrue(() -> "the first hook", () -> acknowledged(2));
    Files.createFile(broken);

    InProcessCli.Ended rotate = installation.rotate("--compromised", "--deadline", "4s");

    assertThat(rotate.exit()).as(rotate.err()).isZero();
    assertThat(oldKeyAnswers()).isEqualTo(Mailgun.DEAD);
    assertThat(installation.cli("report", "last").out())
        .contains("**was cut off**: file " + secrets.resolve(".env"))
        .contains("has the new version: file " + secrets.resolve("mailgun.key"));
    assertThat(runs()).isGreaterThanOrEqualTo(3);
    Management management = installation.management(agent);
    assertThat(management.metric("postern_files_in_trouble{secret=\"sending-key\"}"))
        .isEqualTo(1.0);
    assertThat(management.metric("postern_consumers_lagging{secret=\"sending-key\"}"))
        .isEqualTo(1.0);

    Files.delete(broken);
    Eventually.isTrue(() -> installation.cli("status").out(), () -> acknowledged(2));
  }

  @Test
  void restartedAgentNeitherWritesNorRunsTheHookAgain() throws IOException {
    Program first = installation.agent();
    Eventually.isTrue(() -> "the first hook", () -> acknowledged(2));
    Path version = secrets.resolve("..data").toRealPath();
    first.terminate();

    installation.agent();
    Eventually.isTrue(() -> "the files of the second agent", () -> acknowledged(2));

    assertThat(secrets.resolve("..data").toRealPath()).isEqualTo(version);
    assertThat(runs()).isEqualTo(1);
  }

  @Test
  void emptyDirOfAPodIsFilledOnceTheConfigSaysWhatItIs() throws IOException {
    Files.setAttribute(secrets, "unix:mode", 02777);
    Program agent = installation.agent();
    Eventually.isTrue(
        () -> installation.cli("status").out(),
        () -> installation.cli("status").out().contains("or say folder: pod-volume"));
    assertThat(secrets.resolve(".env")).doesNotExist();
    agent.terminate();

    installation.writeConfig(
        text ->
            text.replace(
                "    consumers:",
                """
                    files:
                      - {path: %s/.env, template: dotenv, mode: "0440", folder: pod-volume}
                    consumers:\
                """
                    .formatted(secrets)));
    installation.agent();
    Eventually.isTrue(() -> installation.cli("status").out(), () -> acknowledged(1));

    assertThat(env()).contains("MAILGUN_SECRET=" + installation.oldKey().exposeSecret() + "\n");
    assertThat(installation.rotate("--compromised").exit()).isZero();
    assertThat(env()).contains(installation.storedKey().exposeSecret());
  }

  @Test
  void killedAgentsLitterIsRemovedByTheNext() throws IOException {
    Path litter = Files.createDirectory(secrets.resolve("..postern-sending-key." + "0".repeat(32)));
    Files.writeString(litter.resolve(".env"), "canary");

    installation.agent();
    Eventually.isTrue(() -> "the files", () -> acknowledged(2));

    assertThat(everythingOnDisk()).doesNotContain("canary", litter.toString());
  }
}
