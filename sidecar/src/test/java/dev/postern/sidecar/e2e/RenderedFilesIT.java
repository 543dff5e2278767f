package dev.postern.sidecar.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.AcceptedMessage;
import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs for which the built-in templates are made use the files that an agent keeps. */
class RenderedFilesIT {
  private static final String NASTY = "p'w #1 \\ $HOME `id` =:;{{x}} %s!";

  @TempDir private Path directory;

  /** Apart from the rest, which is searched for secrets. */
  @TempDir private Path outside;

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
  void msmtpSendsByItsFileBeforeAndAfterARotationWhateverIsInThePassword() throws IOException {
    Program.assumeInstalled("msmtp");
    String login = kinds.old(EveryKind.IN_PLACE).login();
    kinds.provider().setLogin(login, NASTY);
    installation.local(NASTY + "\n", "put", "mail/printer", "--field", "password");
    Path config = outside.resolve("msmtprc");
    keep(EveryKind.IN_PLACE, "{path: %s, template: msmtp}".formatted(config));
    installation.agent();
    Eventually.isTrue(() -> installation.cli("status").out(), () -> Files.exists(config));
    assertThat(Installation.read(config)).contains("password \"" + NASTY + "\"\n");

    send(config, "before");
    rotate(EveryKind.IN_PLACE);
    send(config, "after");

    assertThat(kinds.provider().acceptedMessages())
        .extracting(AcceptedMessage::subject)
        .containsExactly("before", "after");
    assertThat(Installation.read(config)).doesNotContain(NASTY);
  }

  @Test
  void postfixLooksUpTheNewLoginInTheTableThatAHookBuilds() throws IOException {
    Program.assumeInstalled("postmap");
    Path table = outside.resolve("relay-passwords");
    keep(
        EveryKind.SMTP,
        ("{path: %s, template: postfix-sasl-passwd,"
                + " on-change: {command: [/usr/sbin/postmap, \"hash:%s\"], timeout: 20s}}")
            .formatted(table, table));
    installation.agent();
    Eventually.isTrue(() -> installation.cli("status").out(), () -> acknowledged(1));
    HeldSecret first = kinds.old(EveryKind.SMTP);
    assertThat(answers(table, first)).as("the first login").isTrue();

    rotate(EveryKind.SMTP);

    HeldSecret second = kinds.lastPassword(EveryKind.SMTP, EveryKind.SECOND_LOGIN);
    assertThat(answers(table, second)).as("the second login").isTrue();
    assertThat(kinds.alive(first)).isFalse();
    assertThat(kinds.alive(second)).isTrue();
    assertThat(Files.readString(outside.resolve("relay-passwords.db"), ISO_8859_1))
        .doesNotContain(first.exposeSecret());
    assertThat(installation.cli("report", "last").out())
        .contains("has the new version: file " + table);
  }

  private void keep(String secret, String file) {
    String before = "  " + secret + ":\n";
    String config = Installation.read(installation.config());
    assertThat(config).contains(before);
    Installation.write(
        installation.config(), config.replace(before, before + "    files: [" + file + "]\n"));
  }

  private boolean acknowledged(int files) {
    String consumers = installation.cli("consumers", "--json").out();
    return consumers.split("\"acknowledged\":true", -1).length - 1 == files;
  }

  /** Whether Postfix finds just this under the relay's name. */
  private boolean answers(Path table, HeldSecret wanted) {
    var relay = kinds.provider().smtpAddress();
    Program postmap =
        keptOut(
            "postmap",
            "-q",
            "[" + relay.getAddress().getHostAddress() + "]:" + relay.getPort(),
            "hash:" + table);
    assertThat(postmap.exit()).as(postmap.err()).isZero();
    return postmap.out().equals(wanted.login() + ":" + wanted.exposeSecret() + "\n");
  }

  /** What it prints is a password, so not where passwords are searched for. */
  private Program keptOut(String... line) {
    return Program.start(outside, Optional.empty(), List.of(line), Map.of());
  }

  private void send(Path config, String subject) throws IOException {
    Path mail =
        Files.writeString(directory.resolve(subject), "Subject: " + subject + "\n\nhello\n");
    List<String> line =
        List.of(
            "msmtp",
            "-C",
            config.toString(),
            "--from=app@" + EveryKind.DOMAIN,
            "--tls-trust-file=" + directory.resolve("smtp-ca.pem"),
            "somebody@example.net");
    try (Program msmtp =
        Program.start(directory.resolve("outputs"), Optional.of(mail), line, Map.of())) {
      assertThat(msmtp.exit()).as(msmtp.err()).isZero();
    }
  }

  private void rotate(String name) {
    InProcessCli.Ended ended = installation.cli("rotate", name, "--wait", "--compromised");
    assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains(" proven dead");
  }
}
