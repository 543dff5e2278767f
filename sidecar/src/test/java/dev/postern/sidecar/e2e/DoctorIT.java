package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.store.vault.FakeVault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code postern doctor} as its user sees it: what is wrong is named, and nothing is changed. */
class DoctorIT {
  private static final String DOMAIN = "doctor.example.com";
  private static final String PATH = "mail/sending";

  @TempDir private Path directory;
  @TempDir private Path keys;
  private MailgunSimulator provider;
  private Installation installation;

  @BeforeEach
  void install() {
    provider = MailgunSimulator.builder().start();
    installation = Installation.create(directory, provider, DOMAIN);
  }

  @AfterEach
  void close() {
    installation.close();
    provider.close();
  }

  @Test
  void allIsWellBesideARunningAgentAndNothingIsChanged() {
    installation.agent();
    byte[] store = Installation.bytes(installation.storeFile());
    byte[] journal = Installation.bytes(installation.journal());
    int live = provider.liveKeys().size();

    DoctorScene doctor = DoctorScene.of(installation);

    assertThat(doctor.exit()).as(doctor.text()).isZero();
    assertThat(doctor.all("fail")).isEmpty();
    assertThat(doctor.all("ok"))
        .contains(
            "agent, journal",
            "agent, sockets",
            "store embedded, access",
            "store embedded, read mail/mailgun-admin",
            "store embedded, write mail/sending",
            "issuer mailgun, reach",
            "issuer mailgun, clock",
            "issuer mailgun, admin key",
            "issuer mailgun, domain " + DOMAIN,
            "secret sending-key, fields",
            "secret sending-key, probe");
    assertThat(Installation.bytes(installation.storeFile())).isEqualTo(store);
    assertThat(Installation.bytes(installation.journal())).isEqualTo(journal);
    assertThat(provider.liveKeys()).hasSize(live);
    assertThat(provider.acceptedMessages()).isEmpty();
    assertThat(installation.cli("list").exit()).isZero();
  }

  @Test
  void tableIsPrintedByAProcessOfItsOwnAndLeavesNoFile() {
    Program doctor = installation.program("doctor", "--config", installation.config().toString());

    assertThat(doctor.exit()).as(doctor.out() + doctor.err()).isZero();
    assertThat(doctor.out())
        .containsPattern("TARGET +CHECK +RESULT +FOUND +WHAT TO DO")
        .containsPattern("secret sending-key +probe +ok +the provider accepts it");
    assertThat(installation.journal()).doesNotExist();
    assertThat(installation.socket()).doesNotExist();
  }

  @Test
  void configThatIsNoneEndsWithTwo() {
    installation.writeConfig(text -> text.replace("refresh: 1s", "refrehs: 1s"));

    InProcessCli.Ended ended = installation.doctor();

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("refrehs", "did you mean");
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void storeThatIsDownEndsWithFourAndTheOthersAreLookedAt() {
    FakeVault vault = FakeVault.start();
    sourceInVault(vault.uri().toString(), "");
    vault.close();

    DoctorScene doctor = DoctorScene.of(installation);

    assertThat(doctor.exit()).as(doctor.text()).isEqualTo(4);
    assertThat(doctor.all("fail")).containsExactly("store prod, reach");
    assertThat(doctor.all("ok")).contains("issuer mailgun, admin key", "store embedded, access");
    assertThat(doctor.all("skipped"))
        .contains("store prod, promote mail/sending", "secret sending-key, fields");
  }

  @Test
  void missingStoreFileIsNamedWithTheCommandThatMakesOne() throws Exception {
    Files.delete(installation.storeFile());

    DoctorScene doctor = DoctorScene.of(installation);

    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.row("store embedded", "open"))
        .contains("fail", "does not exist", "postern local init");
    assertThat(doctor.row("issuer mailgun", "admin key")).contains("skipped", "store embedded");
  }

  @Test
  void credentialThatTheStoreRefusesIsAFailureAndNotShown() {
    try (FakeVault vault = FakeVault.start()) {
      sourceInVault(vault.uri().toString(), "");
      Installation.write(directory.resolve("secret-id"), "canary-of-a-wrong-secret-id\n");
      installation.canary().watch("the secret id", "canary-of-a-wrong-secret-id");
      vault.admit(
          "postern",
          "another",
          Path.of("../deploy/policies/vault-rotator.hcl"),
          Duration.ofDays(1));

      DoctorScene doctor = DoctorScene.of(installation);
      Installation.write(directory.resolve("secret-id"), "gone");

      assertThat(doctor.exit()).as(doctor.text()).isEqualTo(1);
      assertThat(doctor.all("fail")).containsExactly("store prod, access");
      assertThat(doctor.row("store prod", "access")).contains("secret");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ip:127.0.0.1, -1d, 400, right, ok, valid for",
    "ip:127.0.0.1, -1d, 10, right, warn, renew it before",
    "ip:127.0.0.1, -30d, 10, right, fail, expired on",
    "dns:vault.example.com, -1d, 400, right, fail, is for another name: vault.example.com",
    "ip:127.0.0.1, -1d, 400, stranger, fail, set 'ca' of the store",
    "ip:127.0.0.1, -1d, 400, none, fail, set 'ca' of the store"
  })
  void certificateIsJudged(
      String names, String start, int days, String authority, String result, String words)
      throws Exception {
    TestServerKey server = TestServerKey.make(keys, "right", names, start, days);
    TestServerKey.make(keys, "stranger", names, "-1d", 400);
    try (FakeVault vault = FakeVault.start(server.context())) {
      sourceInVault(
          vault.uri().toString(),
          authority.equals("none") ? "" : "ca: " + keys.resolve(authority + ".pem"));
      admit(vault, "rotator");

      DoctorScene doctor = DoctorScene.of(installation);

      assertThat(doctor.row("store prod", "certificate")).startsWith(result).contains(words);
      assertThat(doctor.exit()).as(doctor.text()).isEqualTo(result.equals("fail") ? 1 : 0);
      if (!result.equals("fail")) {
        assertThat(doctor.row("store prod", "clock")).startsWith("ok");
        assertThat(doctor.row("store prod", "promote mail/sending")).startsWith("ok");
      }
    }
  }

  @Test
  void serverThatSpeaksNoTlsIsNamed() {
    try (FakeVault vault = FakeVault.start()) {
      sourceInVault(vault.uri().toString().replace("http:", "https:"), "");

      assertThat(DoctorScene.of(installation).row("store prod", "certificate"))
          .contains("fail", "no TLS at");
    }
  }

  @Test
  void clockThatIsWrongIsMeasured() {
    try (FakeVault vault = FakeVault.start();
        WrongClockRelay relay = WrongClockRelay.before(vault.uri(), Duration.ofMinutes(20))) {
      sourceInVault(relay.uri().toString(), "");
      admit(vault, "rotator");

      DoctorScene doctor = DoctorScene.of(installation);

      assertThat(doctor.exit()).as(doctor.text()).isEqualTo(1);
      assertThat(doctor.all("fail")).containsExactly("store prod, clock");
      assertThat(doctor.row("store prod", "clock"))
          .containsPattern("our clock is 1(19|20)\\d s ahead of the server's")
          .contains("set the clock");
    }
  }

  @Test
  void domainOfAnotherRegionIsHintedAt() {
    installation.writeConfig(text -> text.replace(DOMAIN, "elsewhere.example.com"));

    DoctorScene doctor = DoctorScene.of(installation);

    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.row("issuer mailgun", "domain elsewhere.example.com"))
        .contains("fail", "does not know elsewhere.example.com", "other region");
  }

  @Test
  void servedKeyThatIsDeadAndAdminKeyThatIsDeadAreFound() {
    provider.deleteKey(installation.oldKey().id());

    DoctorScene dead = DoctorScene.of(installation);
    provider.deleteKey(installation.adminKey().id());
    DoctorScene both = DoctorScene.of(installation);

    assertThat(dead.all("fail")).containsExactly("secret sending-key, probe");
    assertThat(dead.exit()).isEqualTo(1);
    assertThat(both.all("fail")).containsExactly("issuer mailgun, admin key");
    assertThat(both.row("issuer mailgun", "admin key")).contains("refused the admin key");
  }

  @Test
  void smtpServerAndLoginAreLookedAt() {
    provider.setLogin("news@" + DOMAIN, "canary-password-of-smtp");
    installation.canary().watch("the password", "canary-password-of-smtp");
    installation.local("news@" + DOMAIN, "put", "mail/smtp", "--field", "login");
    installation.local("canary-password-of-smtp", "put", "mail/smtp", "--field", "password");
    Installation.write(
        keys.resolve("smtp.pem"),
        new String(MailgunSimulator.smtpAuthority(), StandardCharsets.ISO_8859_1));
    smtp("ca: " + keys.resolve("smtp.pem"));

    DoctorScene doctor = DoctorScene.of(installation);

    assertThat(doctor.exit()).as(doctor.text()).isZero();
    assertThat(doctor.row("issuer mailgun", "smtp reach")).startsWith("ok");
    assertThat(doctor.row("issuer mailgun", "smtp certificate")).contains("trusted");
    assertThat(doctor.row("secret smtp", "probe")).startsWith("ok");

    smtp("ca: " + directory.resolve("nothing.pem"));
    assertThat(DoctorScene.of(installation).all("fail"))
        .contains("issuer mailgun, smtp certificate");
  }

  private void smtp(String ca) {
    installation.writeConfig(
        text ->
            text.replace(
                    "    timeout: 5s\n",
                    "    timeout: 5s\n    smtp: {host: %s, port: %d, %s}\n"
                        .formatted(
                            provider.smtpAddress().getAddress().getHostAddress(),
                            provider.smtpAddress().getPort(),
                            ca))
                .replace(
                    "\nsocket:",
                    """


                      smtp:
                        kind: mailgun-smtp
                        source: {store: embedded, path: mail/smtp}
                        issuer: mailgun
                        domain: %s
                        rotation: {strategy: in-place}
                        consumers: {allow: [{uid: 0}]}
                    socket:"""
                        .formatted(DOMAIN)));
  }

  private void admit(FakeVault vault, String policy) {
    vault.admit(
        "postern",
        "the-secret-id",
        Path.of("../deploy/policies/vault-" + policy + ".hcl"),
        Duration.ofDays(1));
    vault.put(PATH, Map.of("api_key", installation.oldKey().exposeSecret()));
  }

  private void sourceInVault(String address, String ca) {
    Installation.write(directory.resolve("secret-id"), "the-secret-id\n");
    String store =
        """
        stores:
          prod:
            type: vault
            address: %s
            timeout: 3s
            auth: {method: approle, role-id: postern, secret-id-file: secret-id}
            %s
        """
            .formatted(address, ca);
    installation.writeConfig(
        text ->
            text.replace("stores:\n", store)
                .replace(
                    "{store: embedded, path: mail/sending}", "{store: prod, path: mail/sending}"));
  }
}
