package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.AcceptedMessage;
import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Postfix relays a steady stream of mail with the login that it looks up at the agent, while
 * the password is replaced again and again.
 */
class PostfixRelayIT {
  private static final String SENT = "status=sent";
  private static final String BOUNCED = "status=bounced";
  private static final String DEFERRED = "status=deferred";

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
  void tenRotationsOfTwoLoginsLoseBounceAndDelayNothing() throws Exception {
    try (RelayPostfix postfix = prepare()) {
      installation.agent();
      postfix.start(socketmap(EveryKind.SMTP));

      rotateUnderLoad(10, postfix, "\"uid\":" + postfix.uid(), "\"name\":\"smtp\"");

      assertThat(postfix.logged(DEFERRED)).as("mail that had to wait").isEmpty();
    }
  }

  @Test
  void sixRotationsOfATableThatAHookBuildsLoseAndBounceNothing() throws Exception {
    try (RelayPostfix postfix = RelayPostfix.prepare(kinds.provider().smtpAddress())) {
      String table = "hash:" + postfix.table();
      String file = "path: " + postfix.table() + ", template: postfix-sasl-passwd";
      String hook = "command: [/usr/sbin/postmap, \"" + table + "\"], timeout: 20s";
      String secret = "  " + EveryKind.SMTP + ":\n";
      String config = Installation.read(installation.config());
      Installation.write(
          installation.config(),
          config.replace(
              secret, secret + "    files: [{" + file + ", on-change: {" + hook + "}}]\n"));
      installation.agent();
      Eventually.isTrue(
          () -> installation.cli("status").out(),
          () -> holders(EveryKind.SMTP).contains("\"acknowledged\":true"));
      postfix.start(table);

      rotateUnderLoad(6, postfix, "\"consumer\":\"file " + postfix.table() + "\"");

      // Whoever looked up just before the table was replaced may be late with what it found; nobody
      // ever found none, or half a table.
      assertThat(postfix.logged(DEFERRED))
          .as("mail that had to wait")
          .allMatch(line -> line.contains("said: 535 "));
    }
  }

  /**
   * @param holder what {@code postern consumers} says of who has the new login
   */
  private void rotateUnderLoad(int rotations, RelayPostfix postfix, String... holder) {
    List<String> accepted = new ArrayList<>();
    try (MailFeed feed = MailFeed.start(postfix.port, "app@" + EveryKind.DOMAIN)) {
      HeldSecret current = kinds.old(EveryKind.SMTP);
      for (int rotation = 0; rotation < rotations; rotation++) {
        int before = delivered().size();
        Eventually.isTrue(postfix::log, () -> delivered().size() > before + 3);
        String next = rotation % 2 == 0 ? EveryKind.SECOND_LOGIN : EveryKind.FIRST_LOGIN;
        HeldSecret old = current;

        String receipt = rotate(EveryKind.SMTP, rotation % 2 == 0);

        assertThat(receipt).as("nobody is cut off").contains("\"cut\":[]");

        current = kinds.lastPassword(EveryKind.SMTP, next);
        assertReplaced(old, current);
        awaitMailBy(next);
        assertThat(holders(EveryKind.SMTP)).contains(holder);
      }
      accepted.addAll(feed.accepted());
    }
    assertNothingLost(postfix, accepted);
  }

  private String holders(String name) {
    return installation.cli("consumers", name, "--json").out();
  }

  @Test
  void rotationsInPlaceDelayMailAndBounceNone() throws Exception {
    try (RelayPostfix postfix = prepare()) {
      installation.agent();
      postfix.start(socketmap(EveryKind.IN_PLACE));
      List<String> accepted = new ArrayList<>();
      try (MailFeed feed = MailFeed.start(postfix.port, "app@" + EveryKind.DOMAIN)) {
        HeldSecret current = kinds.old(EveryKind.IN_PLACE);
        for (int rotation = 0; rotation < 3; rotation++) {
          int before = delivered().size();
          Eventually.isTrue(postfix::log, () -> delivered().size() > before + 3);
          HeldSecret old = current;

          rotate(EveryKind.IN_PLACE, rotation % 2 == 0);

          current = kinds.lastPassword(EveryKind.IN_PLACE, old.login());
          assertReplaced(old, current);
        }
        accepted.addAll(feed.accepted());
      }
      assertNothingLost(postfix, accepted);
    }
  }

  @Test
  void mailWaitsForAValueForPermissionAndForTheAgentItself() throws Exception {
    try (RelayPostfix postfix = prepare()) {
      String config = Installation.read(installation.config());
      postfix.start(socketmap(EveryKind.SMTP));
      try (MailFeed feed = MailFeed.start(postfix.port, "app@" + EveryKind.DOMAIN)) {
        awaitDeferral(postfix, "No such file or directory");

        Program unread = agentWith(config.replace("path: mail/smtp}", "path: mail/absent}"));
        awaitDeferral(postfix, "socketmap server temporary error");
        unread.terminate();

        Program denying = agentWith(config.replaceAll(", \\{uid: [0-9]+}", ""));
        awaitDeferral(postfix, "socketmap server permanent error");
        denying.kill();
        awaitDeferral(postfix, "Connection refused");
        assertThat(delivered()).isEmpty();

        agentWith(config);
        awaitMailBy(EveryKind.FIRST_LOGIN);
        feed.end();
        assertNothingLost(postfix, feed.accepted());
      }
    }
  }

  private Program agentWith(String config) {
    Installation.write(installation.config(), config);
    return installation.agent();
  }

  private static void awaitDeferral(RelayPostfix postfix, String reason) {
    Eventually.isTrue(postfix::log, () -> !postfix.logged(reason).isEmpty());
    int before = postfix.logged(DEFERRED).size();
    Eventually.isTrue(postfix::log, () -> postfix.logged(DEFERRED).size() > before);
  }

  /** With the agent's config, which lets it ask. */
  private RelayPostfix prepare() throws IOException {
    RelayPostfix postfix = RelayPostfix.prepare(kinds.provider().smtpAddress());
    String config = Installation.read(installation.config());
    Installation.write(
        installation.config(),
        config
                .replace("allow: [{uid: 0}]", "allow: [{uid: 0}, {uid: " + postfix.uid() + "}]")
                .replace("grace: 1s, logins", "grace: 4s, logins")
            + "socketmap: {path: "
            + postfix.socket()
            + ", mode: \"0660\", group: postfix}\n");
    return postfix;
  }

  private static String socketmap(String table) {
    return "socketmap:unix:postern/socketmap.sock:" + table;
  }

  /** The receipt. */
  private String rotate(String name, boolean compromised) {
    List<String> line = new ArrayList<>(List.of("rotate", name, "--wait"));
    if (compromised) {
      line.addAll(List.of("--compromised", "--reason", "e2e"));
    }
    InProcessCli.Ended ended = installation.cli(line.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains(name + ": done: old key ", " proven dead");
    String json = installation.cli("report", "last", "--format", "json").out();
    assertThat(json).contains("\"old\":\"refused\",\"successor\":\"accepted\"");
    return json;
  }

  private void assertReplaced(HeldSecret old, HeldSecret current) {
    assertThat(kinds.alive(old)).as("the old password").isFalse();
    assertThat(kinds.alive(current)).as("the new password").isTrue();
  }

  private void awaitMailBy(String login) {
    int before = delivered().size();
    Eventually.isTrue(
        () -> "mail by " + login,
        () -> delivered().stream().skip(before).anyMatch(mail -> login.equals(mail.login())));
  }

  private List<AcceptedMessage> delivered() {
    return kinds.provider().acceptedMessages();
  }

  private void assertNothingLost(RelayPostfix postfix, List<String> accepted) {
    Eventually.isTrue(postfix::log, postfix::queueIsEmpty);
    List<String> subjects = delivered().stream().map(AcceptedMessage::subject).toList();
    assertThat(subjects).doesNotHaveDuplicates().containsAll(accepted);
    assertThat(postfix.logged(BOUNCED)).isEmpty();
    assertThat(postfix.logged(SENT)).hasSameSizeAs(subjects);
    installation.canary().check("postfix's log", postfix.log());
    assertThat(accepted).as("steady mail").hasSizeGreaterThan(30);
  }
}
