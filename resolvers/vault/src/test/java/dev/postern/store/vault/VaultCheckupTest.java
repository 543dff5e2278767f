package dev.postern.store.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreCheckup.Use;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store says of the rights of its token, and that it asks without a trace. */
final class VaultCheckupTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");

  private final FakeVault vault = FakeVault.start();

  @BeforeEach
  void put() {
    vault.put(PATH.value(), Map.of("api_key", "canary-of-the-value"));
  }

  @AfterEach
  void close() {
    vault.close();
  }

  @Test
  void rotatorMayDoAllThatARotationNeedsAndNothingIsChanged() {
    String before = vault.snapshot();

    Map<String, Finding> findings = examine(VaultScene.policy("rotator"), Use.ROTATE);

    assertThat(findings.keySet())
        .containsExactly(
            "read mail/sending",
            "look at mail/sending",
            "stage beside mail/sending",
            "promote mail/sending",
            "flag mail/sending");
    assertThat(findings.values()).allMatch(finding -> finding.outcome() == Outcome.OK);
    assertThat(findings.toString()).doesNotContain("canary");
    assertThat(vault.snapshot()).isEqualTo(before);
    assertThat(vault.requests()).noneMatch(request -> request.contains("POST /v1/secret"));
  }

  @Test
  void readerMayReadAndIsToldWhatARotationLacks() {
    Map<String, Finding> findings = examine(VaultScene.policy("reader"), Use.ROTATE);

    assertThat(of(findings, "read mail/sending").outcome()).isEqualTo(Outcome.OK);
    assertThat(of(findings, "look at mail/sending").outcome()).isEqualTo(Outcome.OK);
    assertThat(of(findings, "stage beside mail/sending").advice())
        .contains(
            "grant \"secret/data/mail/sending/pending\" [create, read, update]",
            "\"secret/destroy/mail/sending/pending\" [update]",
            "deploy/policies/vault-rotator.hcl");
    assertThat(of(findings, "promote mail/sending").advice())
        .contains("\"secret/data/mail/sending\" [update]", "vault-rotator.hcl");
    assertThat(of(findings, "flag mail/sending").advice())
        .contains("\"secret/metadata/mail/sending\" [patch]");
    assertThat(findings.values()).filteredOn(f -> f.outcome() == Outcome.FAIL).hasSize(3);
    assertThat(examine(VaultScene.policy("reader"), Use.SERVE).values())
        .allMatch(finding -> finding.outcome() == Outcome.OK);
  }

  @Test
  void updateOfMetadataDoesInsteadOfPatch() {
    FakePolicy whole =
        FakePolicy.of(
            """
            path "secret/metadata/mail/*" { capabilities = ["read", "update"] }
            path "sys/capabilities-self" { capabilities = ["update"] }
            path "auth/token/lookup-self" { capabilities = ["read"] }
            """);

    Map<String, Finding> findings = examine(whole, Use.ROTATE);

    assertThat(of(findings, "flag mail/sending").outcome()).isEqualTo(Outcome.OK);
    assertThat(of(findings, "read mail/sending"))
        .isEqualTo(
            Finding.fail(
                "reading mail/sending in store vault: permission denied",
                "grant \"secret/data/mail/sending\" [read], as in deploy/policies/vault-rotator.hcl"));
  }

  @Test
  void tokenThatMayNotAskIsNotSaidToLackRights() {
    FakePolicy silent =
        FakePolicy.of(
            """
            path "secret/data/mail/*" { capabilities = ["read", "update"] }
            path "auth/token/lookup-self" { capabilities = ["read"] }
            """);

    Map<String, Finding> findings = examine(silent, Use.ROTATE);

    assertThat(of(findings, "read mail/sending").outcome()).isEqualTo(Outcome.OK);
    Finding finding = of(findings, "promote mail/sending");
    assertThat(finding.outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(finding.advice()).contains("\"sys/capabilities-self\" [update]");
  }

  @Test
  void sealedVaultIsUnreachable() {
    vault.becomes(FakeVault.State.SEALED);

    assertThat(examine(VaultScene.policy("rotator"), Use.ROTATE).values())
        .allMatch(finding -> finding.outcome() == Outcome.UNREACHABLE)
        .allMatch(finding -> finding.advice().equals("unseal it"));
  }

  private Map<String, Finding> examine(FakePolicy policy, Use use) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    try (SecretStore store = VaultScene.open(vault, policy)) {
      for (Check check : ((StoreCheckup) store).checks(PATH, use)) {
        findings.put(check.name(), check.look().get());
      }
    }
    return findings;
  }

  private static Finding of(Map<String, Finding> findings, String check) {
    return Optional.ofNullable(findings.get(check)).orElseThrow(() -> new AssertionError(check));
  }
}
