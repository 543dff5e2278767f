package dev.postern.store.conjur;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreCheckup.Use;
import dev.postern.store.conjur.fake.Route;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the store says of its host's privileges, and that it asks without a trace. */
final class ConjurCheckupTest extends ConjurScene {

  @Test
  void rotatorHasAllPrivilegesAndNothingIsWritten() {
    String before = server.snapshot();

    Map<String, Finding> findings = examine(store, PATH, Use.ROTATE);

    assertThat(findings.keySet())
        .containsExactly(
            "read mail/sending",
            "stage beside mail/sending",
            "promote mail/sending",
            "flag mail/sending");
    assertThat(findings.values()).allMatch(finding -> finding.outcome() == Outcome.OK);
    assertThat(findings.toString()).doesNotContain(OLD);
    assertThat(server.count(Route.WRITE)).isZero();
    assertThat(server.snapshot()).isEqualTo(before);
  }

  @Test
  void readerIsToldWhichPrivilegesARotationLacks() {
    try (SecretStore reader = openAs(ConjurFixture.READER)) {
      Map<String, Finding> findings = examine(reader, PATH, Use.ROTATE);

      assertThat(of(findings, "read mail/sending").outcome()).isEqualTo(Outcome.OK);
      assertThat(of(findings, "promote mail/sending"))
          .isEqualTo(
              Finding.fail(
                  "this host lacks a privilege on variable mail/sending, or it is not there",
                  "permit [update] on !variable mail/sending, as in"
                      + " deploy/policies/conjur-rotator.yml"));
      assertThat(of(findings, "stage beside mail/sending").advice())
          .contains("[read, execute, update] on !variable mail/sending/pending");
      assertThat(of(findings, "flag mail/sending").advice())
          .contains("[update] on !variable mail/sending/compromised");
      assertThat(examine(reader, PATH, Use.SERVE).values())
          .allMatch(finding -> finding.outcome() == Outcome.OK);
    }
  }

  @Test
  void readerThatCannotSeeFlagsIsWarned() {
    server.revoke(ConjurFixture.READER, "execute", FLAG);
    try (SecretStore reader = openAs(ConjurFixture.READER)) {
      Finding flag = of(examine(reader, PATH, Use.SERVE), "flag mail/sending");

      assertThat(flag.outcome()).isEqualTo(Outcome.WARN);
      assertThat(flag.found()).contains("a flag would not be seen");
      assertThat(flag.advice()).contains("[execute]", "deploy/policies/conjur-reader.yml");
    }
  }

  @Test
  void hiddenVariableAndEmptyOneAreToldApart() {
    SecretPath empty = new SecretPath("mail/other");
    fixture.makeVariables(empty);

    Finding without = of(examine(store, empty, Use.VALUE), "read mail/other");
    Finding hidden =
        of(examine(store, new SecretPath("billing/card"), Use.VALUE), "read billing/card");

    assertThat(without.found()).contains("has no value");
    assertThat(hidden.found()).contains("is not there, or not visible");
  }

  @Test
  void valueThatIsSeenAndNotReadableNeedsExecute() {
    server.revoke(ConjurFixture.ROTATOR, "execute", PATH.value());

    Finding read = of(examine(store, PATH, Use.ROTATE), "read mail/sending");

    assertThat(read.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(read.advice()).contains("permit [execute] on !variable mail/sending");
  }

  @Test
  void serverThatIsGoneIsUnreachable() {
    server.stop();

    assertThat(examine(store, PATH, Use.ROTATE).values())
        .allMatch(finding -> finding.outcome() == Outcome.UNREACHABLE);
  }

  private static Map<String, Finding> examine(SecretStore store, SecretPath path, Use use) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    for (Check check : ((StoreCheckup) store).checks(path, use)) {
      findings.put(check.name(), check.look().get());
    }
    return findings;
  }

  private static Finding of(Map<String, Finding> findings, String check) {
    return Optional.ofNullable(findings.get(check)).orElseThrow(() -> new AssertionError(check));
  }
}
