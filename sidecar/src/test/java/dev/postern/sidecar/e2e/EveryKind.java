package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.KeyRole;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.SimulatedKey;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.sidecar.server.AccessPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An installation with a secret of each kind, and a provider of its own that knows them all. */
final class EveryKind implements AutoCloseable {
  static final String SENDING = Installation.SECRET;
  static final String SMTP = "smtp-login";
  static final String IN_PLACE = "smtp-in-place";
  static final String WEBHOOK = "webhook-key";
  static final String ADMIN = "admin-key";
  static final List<String> ALL = List.of(SENDING, SMTP, IN_PLACE, WEBHOOK, ADMIN);

  static final String DOMAIN = "kinds.example.com";
  static final String FIRST_LOGIN = "app-a@" + DOMAIN;
  static final String SECOND_LOGIN = "app-b@" + DOMAIN;
  private static final String ONLY_LOGIN = "printer@" + DOMAIN;
  private static final Pattern SIGNING_KEY = Pattern.compile("\"signing_key\":\"([^\"]+)\"");

  private final MailgunSimulator provider;
  private final Installation installation;
  private final Map<String, HeldSecret> old = new LinkedHashMap<>();
  private final Map<String, String> passwords = new ConcurrentHashMap<>();

  private EveryKind(Path directory) {
    provider = MailgunSimulator.builder().passwordListener(this::watch).start();
    installation = Installation.create(directory, provider, DOMAIN);
  }

  static EveryKind install(Path directory) {
    EveryKind made = new EveryKind(directory);
    made.remember(SENDING, "", made.installation.oldKey().exposeSecret());
    made.remember(ADMIN, "", made.installation.adminKey().exposeSecret());
    made.remember(WEBHOOK, "", made.signingKey());
    made.login(SMTP, "mail/smtp", FIRST_LOGIN, "canary-9f1c-of-the-first-login");
    made.login(IN_PLACE, "mail/printer", ONLY_LOGIN, "canary-77ab-of-the-only-login");
    made.put("mail/webhook", "value", made.signingKey());
    made.put("mail/mailgun-admin", "api_key_id", made.installation.adminKey().id());
    made.writeConfig();
    return made;
  }

  private void login(String name, String path, String login, String password) {
    provider.setLogin(login, password);
    put(path, "login", login);
    put(path, "password", password);
    remember(name, login, password);
  }

  private void put(String path, String field, String value) {
    installation.local(value + "\n", "put", path, "--field", field);
  }

  private void remember(String name, String login, String value) {
    installation.canary().watch(name, value);
    old.put(name, new HeldSecret(name, login, value));
  }

  /** Each password that anybody sets, those that nobody keeps too. */
  private void watch(String login, String password) {
    passwords.put(login, password);
    installation.canary().watch("a password of " + login, password);
    installation.canary().watch("the AUTH of " + login, SmtpDoor.plain(login, password));
  }

  private void writeConfig() {
    InetSocketAddress smtp = provider.smtpAddress();
    try {
      Files.write(
          installation.directory().resolve("smtp-ca.pem"), MailgunSimulator.smtpAuthority());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String server =
        "    smtp: {host: %s, port: %d, ca: smtp-ca.pem}\n"
            .formatted(smtp.getAddress().getHostAddress(), smtp.getPort());
    installation.writeConfig(
        text ->
            text.replace("    timeout: 5s\n", "    timeout: 5s\n" + server)
                .replace("socket: {path: p.sock", secrets() + "socket: {path: p.sock"));
  }

  private static String secrets() {
    String logins = "logins: [%s, %s]".formatted(FIRST_LOGIN, SECOND_LOGIN);
    return secret(SMTP, "mailgun-smtp", "mail/smtp", true, logins)
        + secret(IN_PLACE, "mailgun-smtp", "mail/printer", true, "strategy: in-place")
        + secret(
            WEBHOOK,
            "mailgun-webhook-signing-key",
            "mail/webhook, field: value",
            false,
            "grace: 1s")
        + secret(ADMIN, "mailgun-account-key", "mail/mailgun-admin", false, "grace: 1s");
  }

  private static String secret(
      String name, String kind, String path, boolean ofTheDomain, String rotation) {
    return """
      %s:
        kind: %s
        source: {store: embedded, path: %s}
        issuer: mailgun
    %s    refresh: 1s
        max-stale: 1h
        rotation: {deadline: 60s, %s}
        consumers: {allow: [{uid: %d}]}
    """
        .formatted(
            name,
            kind,
            path,
            ofTheDomain ? "    domain: " + DOMAIN + "\n" : "",
            rotation.startsWith("grace") ? rotation : "grace: 1s, " + rotation,
            AccessPolicy.uidOfThisProcess());
  }

  Installation installation() {
    return installation;
  }

  MailgunSimulator provider() {
    return provider;
  }

  /** What was there before any rotation. */
  HeldSecret old(String name) {
    return Optional.ofNullable(old.get(name)).orElseThrow();
  }

  /**
   * What the socket gives a consumer now. Whoever has read a version is waited for when it is
   * replaced, so a test reads last.
   */
  HeldSecret served(String name) {
    boolean login = name.equals(SMTP) || name.equals(IN_PLACE);
    HeldSecret held =
        new HeldSecret(name, login ? field(name, "--field", "login") : "", field(name));
    installation.canary().watch("the new " + name, held.exposeSecret());
    return held;
  }

  private String field(String name, String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "get";
    line[1] = name;
    System.arraycopy(options, 0, line, 2, options.length);
    InProcessCli.Ended got = InProcessCli.run(installation.socket(), "", line);
    assertThat(got.exit()).as(got.err()).isZero();
    assertThat(got.out()).isNotEmpty();
    return got.out();
  }

  /** What was last set at the provider, without asking the agent, which would remember that. */
  HeldSecret lastPassword(String name, String login) {
    return new HeldSecret(name, login, Optional.ofNullable(passwords.get(login)).orElseThrow());
  }

  /** Whether the provider takes it. */
  boolean alive(HeldSecret held) {
    return switch (held.name()) {
      case SENDING, ADMIN ->
          either(
              Mailgun.answer(provider, DOMAIN, held.exposeSecret()), Mailgun.ALIVE, Mailgun.DEAD);
      case SMTP, IN_PLACE ->
          either(
              SmtpDoor.answer(provider.smtpAddress(), held.login(), held.exposeSecret()),
              SmtpDoor.ALIVE,
              SmtpDoor.DEAD);
      case WEBHOOK -> signingKey().equals(held.exposeSecret());
      default -> throw new IllegalArgumentException("there is no secret " + held.name());
    };
  }

  private static boolean either(int answer, int alive, int dead) {
    assertThat(answer).as("the provider's answer").isIn(alive, dead);
    return answer == alive;
  }

  /** The old one is dead, and what is served now is another one, which lives. */
  HeldSecret swapped(String name) {
    HeldSecret fresh = served(name);
    assertThat(fresh.exposeSecret().equals(old(name).exposeSecret())).isFalse();
    assertThat(alive(old(name))).as("the old " + name + " lives").isFalse();
    assertThat(alive(fresh)).as("the new " + name + " lives").isTrue();
    return fresh;
  }

  /** The account's admin keys. */
  List<SimulatedKey> adminKeys() {
    return provider.liveKeys().stream().filter(key -> key.role() == KeyRole.ADMIN).toList();
  }

  private String signingKey() {
    Matcher found =
        SIGNING_KEY.matcher(new String(provider.exposeSnapshot(), StandardCharsets.UTF_8));
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  @Override
  public void close() {
    try {
      installation.close();
    } finally {
      provider.close();
    }
  }
}
