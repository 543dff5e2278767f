package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreCheckup.Use;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store says of its role's rights, and that it asks without a trace. */
final class AwsCheckupTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  @TempDir private static Path directory;

  private final FakeSecretsManager aws = Surroundings.fake();

  @BeforeAll
  static void writeProfiles() {
    Surroundings.profiles(directory);
  }

  @BeforeEach
  void seed() {
    aws.seed(PATH.value(), "{\"api_key\":\"canary-of-the-value\"}");
  }

  @AfterEach
  void close() {
    aws.close();
  }

  @Test
  void rotatorMayAllThatCanBeProvenAndNothingIsChanged() {
    String before = aws.snapshot();

    Map<String, Finding> findings = examine(Surroundings.ROTATOR, Use.ROTATE);

    assertThat(findings.keySet())
        .containsExactly(
            "read mail/sending",
            "look at mail/sending",
            "stage beside mail/sending",
            "promote mail/sending",
            "flag mail/sending");
    Finding put = of(findings, "stage beside mail/sending");
    findings.remove("stage beside mail/sending");
    assertThat(put.outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(put.found()).contains("no harmless way to try PutSecretValue");
    assertThat(put.advice()).contains("deploy/policies/aws-rotator.json");
    assertThat(findings.values()).allMatch(finding -> finding.outcome() == Outcome.OK);
    assertThat(findings.toString()).doesNotContain("canary");
    assertThat(aws.snapshot()).isEqualTo(before);
    assertThat(aws.actions()).doesNotContain("PutSecretValue");
  }

  @Test
  void flagOfASecretSurvivesTheLook() {
    aws.tag(PATH.value(), CompromisedTag.KEY, "leaked");

    Map<String, Finding> findings = examine(Surroundings.ROTATOR, Use.ROTATE);

    assertThat(aws.tags(PATH.value())).containsEntry(CompromisedTag.KEY, "leaked");
    assertThat(of(findings, "look at mail/sending").outcome()).isEqualTo(Outcome.WARN);
    assertThat(of(findings, "flag mail/sending").outcome()).isEqualTo(Outcome.OK);
  }

  @Test
  void readerIsToldWhichActionsARotationLacks() {
    Map<String, Finding> findings = examine(Surroundings.READER, Use.ROTATE);

    assertThat(of(findings, "read mail/sending").outcome()).isEqualTo(Outcome.OK);
    assertThat(of(findings, "look at mail/sending").outcome()).isEqualTo(Outcome.OK);
    assertThat(of(findings, "promote mail/sending"))
        .isEqualTo(
            Finding.fail(
                "AWS refuses UpdateSecretVersionStage",
                "allow secretsmanager:UpdateSecretVersionStage on mail/sending, as in"
                    + " deploy/policies/aws-rotator.json"));
    assertThat(of(findings, "flag mail/sending").advice()).contains("secretsmanager:TagResource");
    assertThat(examine(Surroundings.READER, Use.SERVE).values())
        .allMatch(finding -> finding.outcome() == Outcome.OK);
  }

  @Test
  void strangerIsNotSaidToLackOneActionOnly() {
    assertThat(examine(Surroundings.STRANGER, Use.SERVE).values())
        .allMatch(finding -> finding.outcome() == Outcome.FAIL)
        .allMatch(finding -> finding.found().contains("does not accept the agent's credentials"));
  }

  @Test
  void throttlingIsNotTakenForARefusal() {
    aws.fail(FakeFault.THROTTLED);

    Map<String, Finding> findings = examine(Surroundings.ROTATOR, Use.ROTATE);

    findings.remove("stage beside mail/sending");
    assertThat(findings.values()).allMatch(finding -> finding.outcome() == Outcome.UNREACHABLE);
  }

  @Test
  void endpointIsThatOfTheRegionWhereNothingElseIsSaid() {
    AwsConfig config =
        new AwsConfig(
            "aws",
            Optional.of("eu-west-1"),
            Optional.of(Surroundings.READER),
            Optional.empty(),
            Optional.empty(),
            true,
            false,
            Surroundings.TIMEOUT);
    try (SecretStore store = AwsStoreFactory.open(config)) {
      assertThat(((StoreCheckup) store).endpoint().orElseThrow().address())
          .isEqualTo(URI.create("https://secretsmanager-fips.eu-west-1.amazonaws.com"));
    }
  }

  private Map<String, Finding> examine(String profile, Use use) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    try (SecretStore store = AwsStoreFactory.open(Surroundings.config(aws, profile))) {
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
