package dev.postern.orphan;

import static dev.postern.orphan.SweptAgent.KEY;
import static dev.postern.orphan.SweptAgent.OTHER;
import static dev.postern.orphan.SweptAgent.SCOPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuerException;
import dev.postern.logs.CapturedLogs;
import dev.postern.rotation.FakeStore;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IssuerSweepTest {
  private static final RotationId UNKNOWN =
      RotationId.parse("0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11");

  private final SweptAgent agent = new SweptAgent();

  @BeforeEach
  void forgetOtherTests() {
    CapturedLogs.clear();
  }

  @Test
  void keyThatNothingClaimsIsDeletedAndCountedAndToldOf() {
    agent.made("orphan", KEY, agent.wentBack(KEY));

    Duration next = agent.look();

    assertThat(agent.provider.ids()).containsExactly("by-hand", "other");
    assertThat(agent.deleted).containsExactly("provider");
    assertThat(agent.gauge()).contains(1);
    assertThat(next).isEqualTo(IssuerSweep.SOON);
    assertThat(CapturedLogs.text()).containsSubsequence("delete-orphan", "orphan", "deleted a key");

    assertThat(agent.look()).isBetween(Duration.ofMinutes(48), Duration.ofMinutes(60));
    assertThat(agent.gauge()).contains(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "made by hand",
        "postern/prod-us/sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11",
        "postern/prod-eu/sending-key/not-an-id",
        "postern/prod-eu/sending-key",
        "Postern/prod-eu/sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11",
        " postern/prod-eu/sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11"
      })
  void keyWithoutOurTagIsNeverTouched(String description) {
    agent.provider.add(SCOPE, "foreign", description, agent.time.instant());
    lookForADay();

    assertThat(agent.provider.ids()).contains("foreign");
    assertThat(agent.gauge()).contains(0);
  }

  @Test
  void keyOfARotationThatRunsIsItsOwnBusiness() {
    agent.made("new", KEY, agent.running(KEY));
    agent.look();

    assertThat(agent.provider.revoked).isEmpty();
    assertThat(agent.gauge()).contains(0);
  }

  @Test
  void nothingOfASecretIsDeletedWhileARotationOfItRuns() {
    agent.made("orphan", KEY, agent.wentBack(KEY));
    agent.running(KEY);

    assertThat(agent.look()).isEqualTo(IssuerSweep.SOON);
    assertThat(agent.provider.revoked).isEmpty();
    assertThat(agent.gauge()).contains(1);
  }

  @Test
  void rotationThatBeginsDuringTheLookStillHoldsTheDeletionBack() {
    agent.made("orphan", KEY, agent.wentBack(KEY));
    AtomicBoolean once = new AtomicBoolean();
    agent.restart(
        (reached, at) -> {
          if (reached == Failpoint.STORE_READ_CLAIMS && once.compareAndSet(false, true)) {
            agent.running(KEY);
          }
        });
    agent.look();

    assertThat(once).isTrue();
    assertThat(agent.provider.revoked).isEmpty();
  }

  @Test
  void currentVersionOfTheStoreIsClaimedThoughTheJournalIsLost() {
    agent.store.current =
        new FakeStore.Entry(2, Map.of("api_key", "s", "api_key_id", "current"), null);
    agent.made("current", KEY, UNKNOWN);
    lookForADay();

    assertThat(agent.provider.ids()).contains("current");
    assertThat(agent.gauge()).contains(0);
  }

  @Test
  void currentVersionOfAnySecretOfTheIssuerIsClaimed() {
    agent.otherStore.current =
        new FakeStore.Entry(2, Map.of("api_key", "s", "api_key_id", "shared"), null);
    agent.made("shared", KEY, agent.wentBack(KEY));
    lookForADay();

    assertThat(agent.provider.ids()).contains("shared");
  }

  @Test
  void pendingVersionOfTheStoreIsClaimed() {
    RotationId gone = agent.wentBack(KEY);
    agent.store.pending =
        new FakeStore.Entry(2, Map.of("api_key", "s", "api_key_id", "pending"), gone);
    agent.made("pending", KEY, gone);
    lookForADay();

    assertThat(agent.provider.ids()).contains("pending");
    assertThat(agent.gauge()).contains(0);
  }

  @Test
  void versionWithoutAKeysIdIsKnownByTheRotationThatMadeIt() {
    RotationId gone = agent.wentBack(KEY);
    agent.store.current = new FakeStore.Entry(2, Map.of("api_key", "s"), gone);
    agent.made("current", KEY, gone);
    lookForADay();

    assertThat(agent.provider.ids()).contains("current");
  }

  @Test
  void nothingIsDeletedWhereTheStoreDoesNotSayWhichKeyIsCurrent() {
    agent.store.current = new FakeStore.Entry(2, Map.of("api_key", "s"), null);
    agent.made("maybe-current", KEY, agent.wentBack(KEY));
    lookForADay();

    assertThat(agent.provider.revoked).isEmpty();
    assertThat(agent.gauge()).isEmpty();
    assertThat(CapturedLogs.text()).containsOnlyOnce("keep the key's id beside it");
  }

  @Test
  void nothingIsDeletedWhileAStoreCannotBeReadAndTheNumberStaysAsItWas() {
    agent.look();
    agent.otherStore.failure = new StoreException.Unavailable("the store is away", null);
    agent.made("orphan", KEY, agent.wentBack(KEY));
    for (int looks = 0; looks < 5; looks++) {
      agent.time.advance(agent.look());
    }
    assertThat(agent.provider.revoked).isEmpty();
    assertThat(agent.gauge()).contains(0);
    assertThat(CapturedLogs.text()).containsOnlyOnce("the store is away");

    agent.otherStore.failure = null;
    agent.look();
    assertThat(agent.provider.revoked).containsExactly("orphan");
    assertThat(CapturedLogs.text()).contains("looking for orphaned keys again");
  }

  @Test
  void promotedSuccessorIsClaimedUntilItIsRevokedAsAPredecessor() {
    RotationId first = agent.promoted(KEY, Optional.of("by-hand"), true, "second");
    agent.made("second", KEY, first);
    lookForADay();
    assertThat(agent.provider.ids()).contains("second");

    agent.promoted(KEY, Optional.of("second"), true, "third");
    agent.look();
    assertThat(agent.provider.revoked).containsExactly("second");
  }

  @Test
  void predecessorThatCouldNotBeRevokedWaitsForThePersonWhoWasCalled() {
    RotationId first = agent.wentBack(KEY);
    agent.made("not-revoked", KEY, first);
    agent.promoted(KEY, Optional.of("not-revoked"), false, "by-hand");
    lookForADay();

    assertThat(agent.provider.ids()).contains("not-revoked");
  }

  @Test
  void keyOfASecretThatTheConfigDoesNotHaveIsCountedAndLeftAlone() {
    agent.made("whose", new SecretName("removed"), UNKNOWN);
    lookForADay();

    assertThat(agent.provider.ids()).contains("whose");
    assertThat(agent.gauge()).contains(1);
    assertThat(CapturedLogs.text()).containsOnlyOnce("put the secret back");
  }

  @Test
  void keyOfASecretThatTheConfigHasElsewhereIsNoOrphanHere() {
    CredentialScope account = new CredentialScope(SecretKind.MAILGUN_ACCOUNT_KEY, "");
    agent.provider.add(account, "listed-twice", SweptAgent.tag(KEY, agent.wentBack(KEY)), null);
    IssuerSweep sweep =
        new IssuerSweep(
            agent.provider,
            List.of(
                agent.target(KEY, agent.store),
                new dev.postern.rotation.RotationTarget(
                    agent.target(OTHER, agent.otherStore).secret(),
                    agent.provider,
                    account,
                    agent.target(OTHER, agent.otherStore).policy(),
                    false)),
            agent.surroundings(agent.time, Failpoints.NONE),
            agent);
    sweep.look();

    assertThat(agent.provider.revoked).isEmpty();
    assertThat(agent.gauge()).contains(0);
  }

  @Test
  void youngKeyOfAnUnknownRotationWaitsBecauseAnotherAgentMayBeAboutToKeepIt() {
    agent.provider.add(
        SCOPE, "fresh", SweptAgent.tag(KEY, UNKNOWN), agent.time.instant().minusSeconds(30));

    Duration next = agent.look();
    assertThat(agent.provider.revoked).isEmpty();
    assertThat(agent.gauge()).contains(1);
    assertThat(next).isEqualTo(Duration.ofSeconds(90));

    agent.time.advance(next);
    agent.look();
    assertThat(agent.provider.revoked).containsExactly("fresh");
  }

  @Test
  void keyOfUnknownAgeIsYoungFromTheFirstLookOn() {
    agent.provider.add(SCOPE, "ageless", SweptAgent.tag(KEY, UNKNOWN), null);

    assertThat(agent.look()).isEqualTo(IssuerSweep.YOUTH);
    agent.time.advance(IssuerSweep.YOUTH.minusSeconds(1));
    agent.look();
    assertThat(agent.provider.revoked).isEmpty();
    agent.time.advance(Duration.ofSeconds(1));
    agent.look();
    assertThat(agent.provider.revoked).containsExactly("ageless");
  }

  @Test
  void whereAnotherAgentRotatesTheSecretItsKeysAreDeletedOnlyAfterARotationsWholeTime() {
    agent.store.current =
        new FakeStore.Entry(2, Map.of("api_key", "s", "api_key_id", "theirs"), UNKNOWN);
    agent.made("theirs", KEY, UNKNOWN);
    agent.made("before", KEY, RotationId.random());
    agent.made("known-and-gone", KEY, agent.wentBack(KEY));
    Duration whole = SweptAgent.GRACE.plus(SweptAgent.DEADLINE).plus(Duration.ofMinutes(15));

    assertThat(agent.look()).isEqualTo(whole);
    agent.time.advance(whole.minusSeconds(1));
    agent.look();
    assertThat(agent.provider.revoked).isEmpty();
    agent.time.advance(Duration.ofSeconds(1));
    agent.look();
    assertThat(agent.provider.revoked).containsExactly("before", "known-and-gone");
  }

  @Test
  void keyThatIsClaimedInBetweenBeginsItsTimeAnew() {
    agent.store.current =
        new FakeStore.Entry(2, Map.of("api_key", "s", "api_key_id", "theirs"), UNKNOWN);
    agent.made("theirs", KEY, UNKNOWN);
    agent.made("next", KEY, RotationId.random());
    agent.look();
    agent.time.advance(Duration.ofMinutes(20));
    agent.store.pending =
        new FakeStore.Entry(3, Map.of("api_key", "s", "api_key_id", "next"), UNKNOWN);
    agent.look();
    agent.store.pending = null;
    agent.time.advance(Duration.ofMinutes(20));
    agent.look();

    assertThat(agent.provider.revoked).isEmpty();
  }

  @Test
  void agentOfAnotherMakerIsRecognisedByTheTagWhereTheStoreForgets() {
    agent.store.current =
        new FakeStore.Entry(2, Map.of("api_key", "s", "api_key_id", "theirs"), null);
    agent.made("theirs", KEY, UNKNOWN);
    agent.made("before", KEY, RotationId.random());
    agent.look();

    assertThat(agent.provider.revoked).isEmpty();
  }

  @Test
  void providerThatCannotBeAskedIsToldOfOnceAndAskedLessAndLess() {
    agent.made("orphan", KEY, agent.wentBack(KEY));
    agent.provider.failure = new IssuerException.Unavailable("the provider is away", null);

    assertThat(agent.look()).isLessThanOrEqualTo(Duration.ofMinutes(1));
    Duration last = Duration.ZERO;
    for (int looks = 0; looks < 10; looks++) {
      last = agent.look();
    }
    assertThat(last).isBetween(Duration.ofMinutes(48), Duration.ofMinutes(60));
    assertThat(agent.gauge()).isEmpty();
    assertThat(CapturedLogs.text()).containsOnlyOnce("the provider is away");

    agent.provider.failure = null;
    agent.look();
    assertThat(agent.provider.revoked).containsExactly("orphan");
  }

  @Test
  void callThatTheAgentBreaksOffWhenItStopsIsNotTheProvidersFailure() {
    agent.provider.failure = new IssuerException.Unavailable("the connection broke", null);
    Thread.currentThread().interrupt();
    try {
      agent.look();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(CapturedLogs.text()).doesNotContain("the connection broke");
  }

  @Test
  void providersWishToBeLeftAloneIsHonoured() {
    agent.provider.failure =
        new IssuerException.Throttled("slow down", Optional.of(Duration.ofMinutes(30)));

    assertThat(agent.look()).isBetween(Duration.ofMinutes(24), Duration.ofMinutes(30));
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void agentKilledAtADeletionDeletesWhenItIsBack(Moment moment) {
    agent.made("orphan", KEY, agent.wentBack(KEY));
    agent.restart(
        (reached, at) -> {
          if (reached == Failpoint.ISSUER_REVOKE_ORPHAN && at == moment) {
            throw new AssertionError("killed");
          }
        });
    assertThatThrownBy(agent::look).isInstanceOf(AssertionError.class);

    agent.restart(Failpoints.NONE);
    agent.look();
    assertThat(agent.provider.ids()).containsExactly("by-hand", "other");
    assertThat(CapturedLogs.text()).contains("delete-orphan");
  }

  @Test
  void steadyStateAsksNoStore() {
    RotationId done = agent.promoted(KEY, Optional.of("gone"), true, "current");
    agent.made("current", KEY, done);
    agent.restart(
        (reached, at) -> {
          if (reached == Failpoint.STORE_READ_CLAIMS) {
            throw new AssertionError("there is nothing to ask a store about");
          }
        });
    agent.look();

    assertThat(agent.gauge()).contains(0);
  }

  @Test
  void tagsAreReadAsTheyAreWritten() {
    assertThat(RotationTag.parse(SweptAgent.tag(KEY, UNKNOWN)))
        .contains(new RotationTag(SweptAgent.INSTALLATION, KEY, UNKNOWN));
  }

  private void lookForADay() {
    for (int looks = 0; looks < 30; looks++) {
      agent.look();
      agent.time.advance(Duration.ofHours(1));
    }
  }
}
