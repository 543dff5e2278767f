package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.store.aws.FakeSecretsManager;
import dev.postern.store.aws.IamPolicy;
import dev.postern.store.conjur.fake.FakeConjur;
import dev.postern.store.vault.FakeVault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code postern doctor} on a secret that is rotated, as an agent with the delivered policies: the
 * rotator's suffices, the reader's lacks just what is written. The stores are as before.
 */
class DoctorPoliciesIT {
  private static final String DOMAIN = "policies.example.com";
  private static final String PATH = "mail/sending";
  private static final Path POLICIES = Path.of("../deploy/policies");
  private static final String ACCESS_KEY = "AKIADOCTOR0000000000";
  private static final String CREDENTIALS = "aws.sharedCredentialsFile";

  @TempDir private Path directory;
  @TempDir private Path credentials;
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
  void vault() {
    try (FakeVault vault = FakeVault.start()) {
      vault.put(PATH, Map.of("api_key", installation.oldKey().exposeSecret()));
      String before = vault.snapshot();
      for (String role : List.of("rotator", "reader")) {
        Path policy = POLICIES.resolve("vault-" + role + ".hcl");
        vault.admit(role, "id-of-" + role, policy, Duration.ofHours(1));
      }

      DoctorScene rotator = inVault(vault, "rotator");
      DoctorScene reader = inVault(vault, "reader");

      assertThat(rotator.exit()).as(rotator.text()).isZero();
      assertThat(rotator.all("ok"))
          .contains(
              "store prod, reach",
              "store prod, clock",
              "store prod, access",
              "store prod, read mail/sending",
              "store prod, look at mail/sending",
              "store prod, stage beside mail/sending",
              "store prod, promote mail/sending",
              "store prod, flag mail/sending");
      assertThat(reader.exit()).isEqualTo(1);
      assertThat(reader.all("fail"))
          .containsExactly(
              "store prod, stage beside mail/sending",
              "store prod, promote mail/sending",
              "store prod, flag mail/sending");
      assertThat(reader.row("store prod", "promote mail/sending"))
          .contains("\"secret/data/mail/sending\" [update]", "deploy/policies/vault-rotator.hcl");
      assertThat(vault.snapshot()).isEqualTo(before);
    }
  }

  private DoctorScene inVault(FakeVault vault, String role) {
    Installation.write(directory.resolve("secret-id"), "id-of-" + role + "\n");
    source(
        """
          prod:
            type: vault
            address: %s
            auth: {method: approle, role-id: %s, secret-id-file: secret-id}
        """
            .formatted(vault.uri(), role));
    return DoctorScene.of(installation);
  }

  @Test
  void conjur() {
    try (FakeConjur conjur = FakeConjur.create()) {
      conjur.loadDelivered("sending");
      conjur.write(PATH, "{\"api_key\":\"%s\"}".formatted(installation.oldKey().exposeSecret()));
      String before = conjur.snapshot();

      DoctorScene rotator = inConjur(conjur, "host/postern/rotator");
      DoctorScene reader = inConjur(conjur, "host/postern/reader");

      assertThat(rotator.exit()).as(rotator.text()).isZero();
      assertThat(rotator.all("fail")).isEmpty();
      assertThat(rotator.row("store prod", "certificate")).startsWith("warn").contains("renew it");
      assertThat(reader.exit()).isEqualTo(1);
      assertThat(reader.all("fail"))
          .containsExactly(
              "store prod, stage beside mail/sending",
              "store prod, promote mail/sending",
              "store prod, flag mail/sending");
      assertThat(reader.row("store prod", "promote mail/sending"))
          .contains("permit [update] on !variable mail/sending", "conjur-rotator.yml");
      assertThat(conjur.snapshot()).isEqualTo(before);
    }
  }

  private DoctorScene inConjur(FakeConjur conjur, String login) {
    installation.canary().watch("the host's api key", conjur.keyOf(login));
    source(
        """
          prod:
            type: conjur
            url: %s
            account: %s
            auth: {method: api-key, login: %s, api-key-file: %s}
            ca: %s
            pending-suffix: /pending
            flag-suffix: /compromised
        """
            .formatted(
                conjur.url(),
                FakeConjur.ACCOUNT,
                login,
                conjur.writeKey(credentials, login),
                conjur.writeCa(credentials)));
    return DoctorScene.of(installation);
  }

  @Test
  void aws() {
    try (FakeSecretsManager aws = FakeSecretsManager.start()) {
      aws.seed(PATH, "{\"api_key\":\"%s\"}".formatted(installation.oldKey().exposeSecret()));
      String before = aws.snapshot();
      Path profiles = credentials.resolve("aws-credentials");
      Installation.write(
          profiles,
          "[mail]%naws_access_key_id=%s%naws_secret_access_key=of-the-test%n"
              .formatted(ACCESS_KEY));
      System.setProperty(CREDENTIALS, profiles.toString());

      DoctorScene rotator = inAws(aws, "rotator");
      DoctorScene reader = inAws(aws, "reader");

      assertThat(rotator.exit()).as(rotator.text()).isZero();
      assertThat(rotator.row("store prod", "stage beside mail/sending"))
          .contains("skipped", "PutSecretValue", "deploy/policies/aws-rotator.json");
      assertThat(rotator.all("ok"))
          .contains("store prod, promote mail/sending", "store prod, flag mail/sending");
      assertThat(reader.exit()).isEqualTo(1);
      assertThat(reader.all("fail"))
          .containsExactly("store prod, promote mail/sending", "store prod, flag mail/sending");
      assertThat(reader.row("store prod", "promote mail/sending"))
          .contains("secretsmanager:UpdateSecretVersionStage", "aws-rotator.json");
      assertThat(aws.snapshot()).isEqualTo(before);
      assertThat(aws.actions()).doesNotContain("PutSecretValue");
    } finally {
      System.clearProperty(CREDENTIALS);
    }
  }

  private DoctorScene inAws(FakeSecretsManager aws, String role) {
    aws.admit(ACCESS_KEY, IamPolicy.read(POLICIES.resolve("aws-" + role + ".json")));
    source(
        "  prod: {type: aws, region: %s, profile: mail, endpoint: '%s'}\n"
            .formatted(aws.region(), aws.endpoint()));
    return DoctorScene.of(installation);
  }

  private void source(String store) {
    installation.writeConfig(
        text ->
            text.replace("stores:\n", "stores:\n" + store)
                .replace(
                    "{store: embedded, path: mail/sending}", "{store: prod, path: mail/sending}"));
  }
}
