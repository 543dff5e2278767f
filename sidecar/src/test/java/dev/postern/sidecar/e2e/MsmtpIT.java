package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.AcceptedMessage;
import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real msmtp asks the agent for the password of each mail, and so never has an old one. */
class MsmtpIT {
  @TempDir private Path directory;
  private EveryKind kinds;
  private Installation installation;
  private Path postern;

  @BeforeEach
  void install() throws IOException {
    Program.assumeInstalled("msmtp");
    kinds = EveryKind.install(directory);
    installation = kinds.installation();
    installation.agent();
    postern = script("postern", "exec " + shell(Program.line(List.of())) + " \"$@\"");
  }

  @AfterEach
  void close() {
    kinds.close();
  }

  @Test
  void passwordReplacedInPlaceIsUsedByTheNextMail() throws IOException {
    Path config = config(EveryKind.IN_PLACE, "user " + kinds.old(EveryKind.IN_PLACE).login());

    send(config, "before");
    rotate(EveryKind.IN_PLACE);
    send(config, "after");

    assertThat(delivered()).containsExactly("before", "after");
  }

  @Test
  void loginsThatTakeTurnsAreAskedForLikeThePassword() throws IOException {
    Path config = config(EveryKind.SMTP, "");
    String user =
        "--user=\"$(%s get %s --field login --socket %s)\""
            .formatted(postern, EveryKind.SMTP, installation.socket());
    Path sendmail = script("send", "exec msmtp -C " + config + " " + user + " \"$@\"");

    sendBy(List.of(sendmail.toString(), "somebody@example.net"), "before");
    rotate(EveryKind.SMTP);
    sendBy(List.of(sendmail.toString(), "somebody@example.net"), "after");

    assertThat(delivered()).containsExactly("before", "after");
    assertThat(kinds.provider().acceptedMessages())
        .extracting(AcceptedMessage::login)
        .containsExactly(EveryKind.FIRST_LOGIN, EveryKind.SECOND_LOGIN);
  }

  private Path config(String secret, String user) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("msmtprc"),
            """
            account default
            host localhost
            port %d
            tls on
            tls_starttls on
            tls_trust_file %s
            auth plain
            from app@%s
            passwordeval "%s get %s --field password --socket %s"
            %s
            """
                .formatted(
                    kinds.provider().smtpAddress().getPort(),
                    directory.resolve("smtp-ca.pem"),
                    EveryKind.DOMAIN,
                    postern,
                    secret,
                    installation.socket(),
                    user));
    // msmtp refuses a file with a password's command that others may read.
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    return config;
  }

  private void send(Path config, String subject) throws IOException {
    sendBy(List.of("msmtp", "-C", config.toString(), "somebody@example.net"), subject);
  }

  private void sendBy(List<String> line, String subject) throws IOException {
    Path mail =
        Files.writeString(directory.resolve(subject), "Subject: " + subject + "\n\nhello\n");
    try (Program msmtp =
        Program.start(directory.resolve("outputs"), Optional.of(mail), line, Map.of())) {
      assertThat(msmtp.exit()).as(msmtp.err()).isZero();
    }
  }

  private List<String> delivered() {
    return kinds.provider().acceptedMessages().stream().map(AcceptedMessage::subject).toList();
  }

  private void rotate(String name) {
    InProcessCli.Ended ended = installation.cli("rotate", name, "--wait", "--compromised");
    assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains(" proven dead");
  }

  private Path script(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }

  private static String shell(List<String> line) {
    return line.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
  }
}
