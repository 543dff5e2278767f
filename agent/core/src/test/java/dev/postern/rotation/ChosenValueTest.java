package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretKind;
import dev.postern.issuer.CredentialScope;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Rotations of a login's password, which we choose: by turns between two logins, or in place. */
final class ChosenValueTest {
  private static final String FIRST = "one@mg.example.com";
  private static final String SECOND = "two@mg.example.com";

  @TempDir(factory = RamDirectory.class)
  Path directory;

  private FakeLogins logins;

  @BeforeEach
  void threeLogins() {
    logins = new FakeLogins();
    logins.passwords.put(FIRST, "old-secret");
    logins.passwords.put(SECOND, "idle-secret");
  }

  private RotationHarness agent(String... taking) {
    CredentialScope scope =
        new CredentialScope(SecretKind.MAILGUN_SMTP, "mg.example.com", List.of(taking));
    return new RotationHarness(directory, scope, FakeLogins.fields(FIRST, "old-secret"), logins);
  }

  @Test
  void theLoginWhoseTurnItIsGetsANewPasswordAndThenTheOtherOneThatNobodyKeeps() {
    try (RotationHarness agent = agent(FIRST, SECOND)) {
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(receipt.steps())
          .extracting(Receipt.StepRecord::step)
          .containsExactly(
              Step.ISSUE,
              Step.STAGE,
              Step.ACTIVATE,
              Step.TEST,
              Step.PROMOTE,
              Step.PROPAGATE,
              Step.REVOKE,
              Step.PROVE,
              Step.FINISH);
      assertThat(logins.calls).containsExactly("activate " + SECOND, "revoke " + FIRST);
      assertThat(agent.store.current.fields())
          .isEqualTo(FakeLogins.fields(SECOND, "chosen-secret-1"));
      assertThat(receipt.oldCredential()).contains(FIRST);
      assertThat(receipt.newCredential()).contains(SECOND);
    }
  }

  @Test
  void theNextRotationTakesTheLoginBack() {
    try (RotationHarness agent = agent(FIRST, SECOND)) {
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runToEnd();
      RotationPlan second =
          agent.planOf(Cause.REQUESTED, Order.OVERLAP, agent.served().orElseThrow());

      assertThat(agent.begin(second).runToEnd().state()).isEqualTo(Receipt.DONE);
      assertThat(agent.store.current.fields()).containsEntry("login", FIRST);
      assertThat(logins.accepts(SECOND, "chosen-secret-1")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FIRST_LOGIN", "SAME_LOGIN"})
  void thePasswordIsKeptBeforeTheProviderHearsOfIt(Taking taking) {
    try (RotationHarness agent = agent(taking.logins())) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("staged");

      assertThat(agent.store.pending).isNotNull();
      assertThat(logins.calls).isEmpty();
      assertThat(logins.accepts(FIRST, "old-secret")).isTrue();
    }
  }

  enum Taking {
    FIRST_LOGIN,
    SAME_LOGIN;

    String[] logins() {
      return this == FIRST_LOGIN ? new String[] {FIRST, SECOND} : new String[0];
    }
  }

  @Test
  void aRotationCancelledBeforeTheProviderHeardOfItTouchesNoLogin() {
    try (RotationHarness agent = agent(FIRST, SECOND)) {
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("staged");
      agent.run.cancel("test");

      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThat(logins.calls).isEmpty();
      assertThat(agent.store.pending).isNull();
    }
  }

  @Test
  void aRotationCancelledAfterwardsTakesTheNewPasswordBack() {
    try (RotationHarness agent = agent(FIRST, SECOND)) {
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("tested");
      agent.run.cancel("test");

      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.ROLLED_BACK);
      assertThat(logins.accepts(SECOND, "chosen-secret-1")).isFalse();
      assertThat(logins.accepts(FIRST, "old-secret")).isTrue();
    }
  }

  @Test
  void replacingInPlaceSaysThatTheOldPasswordDiedWithIt() {
    try (RotationHarness agent = agent()) {
      Receipt receipt = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(receipt.state()).isEqualTo(Receipt.DONE);
      assertThat(receipt.steps()).extracting(Receipt.StepRecord::step).doesNotContain(Step.REVOKE);
      assertThat(receipt.steps())
          .filteredOn(step -> step.step() == Step.ACTIVATE)
          .singleElement()
          .satisfies(step -> assertThat(step.detail().orElseThrow()).contains("in place"));
      assertThat(logins.calls).containsExactly("activate " + FIRST);
      assertThat(receipt.probes()).hasSize(3);
    }
  }

  @Test
  void onceReplacedInPlaceNothingLeadsBack() {
    try (RotationHarness agent = agent()) {
      agent.begin(Cause.REQUESTED, Order.OVERLAP).runUntil("tested");

      assertThat(agent.run.cancel("test")).isFalse();
      assertThat(agent.runToEnd().state()).isEqualTo(Receipt.DONE);
    }
  }

  @Test
  void whatTheProbeDoesNotConfirmInPlaceIsHandedOutAtTheDeadlineAllTheSame() {
    try (RotationHarness agent = agent()) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("staged");
      agent.cycle.advance();
      logins.refuseAll = true;
      agent.runUntil("promoted");

      assertThat(agent.store.current.fields())
          .isEqualTo(FakeLogins.fields(FIRST, "chosen-secret-1"));
      Receipt receipt = agent.runToEnd();
      assertThat(receipt.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(receipt.obstacle()).contains(Obstacle.ADDRESS_OR_REGION_REFUSED);
    }
  }

  @Test
  void aStoreThatFailsAfterAReplacementInPlaceKeepsThePendingPasswordForTheNextRotation() {
    try (RotationHarness agent = agent()) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("tested");
      agent.store.promoteFailure = new StoreException.Denied("no right to write");
      Receipt given = agent.runToEnd();

      assertThat(given.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(given.message().orElseThrow()).contains("pending in the store", "flag the secret");
      assertThat(given.obstacle()).contains(Obstacle.STORE_DENIES);
      agent.store.promoteFailure = null;
      assertThat(agent.store.pending).isNotNull();

      agent.treatAllOthersAsEnded();
      assertThat(agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd().state())
          .isEqualTo(Receipt.DONE);
      assertThat(logins.accepts(FIRST, "chosen-secret-2")).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Setting.class, mode = Mode.MATCH_ANY, names = "SMTP.*|WEBHOOK.*")
  void aScheduledRotationOfEveryKindEndsWell(Setting setting) {
    try (Setting.Trial trial = setting.trial(directory)) {
      trial.agent.begin(trial.plan(Cause.SCHEDULED)).runToEnd();
      trial.assertDone();
    }
  }
}
