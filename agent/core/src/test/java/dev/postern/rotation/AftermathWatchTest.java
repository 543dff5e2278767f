package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretKind;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.AccountUser;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuerException;
import dev.postern.journal.FileRotationJournal;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.logs.CapturedLogs;
import dev.postern.rotation.Aftermath.NewEntry;
import dev.postern.rotation.Aftermath.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AftermathWatchTest {
  private static final Duration WATCH = Duration.ofHours(1);

  @TempDir(factory = RamDirectory.class)
  Path directory;

  private final ManualTime time = new ManualTime();
  private final FakeIssuer issuer = new FakeIssuer();
  private final FakeActivity activity = new FakeActivity();
  private final List<Chronicle> rotations = new ArrayList<>();
  private FileRotationJournal journal;
  private Chronicle chronicle;
  private AftermathWatch watch;

  @BeforeEach
  void flag() {
    CapturedLogs.clear();
    issuer.activity = activity;
    activity.key("old", "made by hand", Instant.EPOCH);
    activity.allowListed("192.0.2.1");
    journal = FileRotationJournal.open(directory);
    chronicle = rotation(RotationHarness.SCOPE);
    watch = watch(Failpoints.NONE);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @Test
  void usesOfTheLeakedKeyAreToldBySourceBeforeAndAfterItsRevocation() {
    Instant flagged = time.instant();
    activity.use("old", "198.51.100.7", flagged.minus(Duration.ofHours(2)));
    activity.use("old", "198.51.100.7", flagged.minus(Duration.ofHours(1)));
    activity.use("old", "192.0.2.1", flagged.minus(Duration.ofMinutes(1)));
    activity.use("old", "192.0.2.1", flagged.minus(Duration.ofDays(2)));
    activity.use("another", "203.0.113.9", flagged.minus(Duration.ofHours(1)));
    revoke();
    activity.use("old", "198.51.100.7", time.instant().plusSeconds(30));
    look();
    assertThat(aftermath().uses())
        .containsExactlyInAnyOrder(
            new Aftermath.Use(
                "198.51.100.7",
                2,
                flagged.minus(Duration.ofHours(2)),
                flagged.minus(Duration.ofHours(1)),
                false),
            new Aftermath.Use(
                "192.0.2.1",
                1,
                flagged.minus(Duration.ofMinutes(1)),
                flagged.minus(Duration.ofMinutes(1)),
                false));
    assertThat(CapturedLogs.text()).doesNotContain("after its revocation");

    lookToTheEnd();
    assertThat(aftermath().usesAfterRevocation()).isEqualTo(1);
    assertThat(aftermath().uses().getFirst().source()).isEqualTo("198.51.100.7");
    assertThat(CapturedLogs.text()).containsOnlyOnce("after its revocation");
  }

  @Test
  void looksComeAtOnceThenEverMoreSeldomUntilTheWatchIsOver() {
    revoke();
    Instant revoked = time.instant();
    List<Long> minutes = new ArrayList<>();
    Optional<Instant> next = watch.advance(time.instant());
    while (next.isPresent()) {
      time.advanceTo(next.get());
      minutes.add(Duration.between(revoked, time.instant()).toMinutes());
      next = watch.advance(time.instant());
    }

    assertThat(minutes).containsExactly(1L, 3L, 8L, 18L, 33L, 48L, 60L);
    assertThat(aftermath().finished()).isTrue();
    assertThat(aftermath().until()).contains(revoked.plus(WATCH));
    assertThat(aftermath().lastLook()).contains(time.instant());
    assertThat(CapturedLogs.text()).contains("the watch after a leak is over");
  }

  @Test
  void looksThatShowNothingNewAreNotWrittenDown() {
    look();
    revoke();
    lookToTheEnd();

    assertThat(chronicle.events()).filteredOn(one -> one.fact() == Fact.OBSERVED).hasSize(1);
  }

  @Test
  void whatWasMadeSinceTheFlagIsNewAndWhatWasThereBeforeIsNot() {
    look();
    activity.key("intruders", "totally legitimate", time.instant());
    activity.allowListed("203.0.113.66");
    revoke();
    look();

    assertThat(aftermath().unknownEntries())
        .extracting(NewEntry::id)
        .containsExactly("intruders", "203.0.113.66");
  }

  @Test
  void whatWasMadeBeforeTheFlagIsNotNewThoughItWasNotInTheBaseline() {
    look();
    activity.key("shown-late", "old one", time.instant().minusSeconds(1));
    revoke();
    look();

    assertThat(aftermath().newEntries()).isEmpty();
  }

  @Test
  void whatWasMadeInTheSecondOfTheFlagIsNewBecauseProvidersTellWholeSeconds() {
    Instant second = time.instant();
    time.advance(Duration.ofMillis(700));
    chronicle = rotation(RotationHarness.SCOPE);
    watch = watch(Failpoints.NONE);
    activity.key("same-second", "x", second);
    revoke();
    look();

    assertThat(aftermath().unknownEntries()).extracting(NewEntry::id).contains("same-second");
  }

  @Test
  void ownSuccessorIsOursAndACopiedTagIsNot() {
    look();
    String tag = chronicle.state().plan().tag("test").toString();
    activity.key("new-1", tag, time.instant());
    activity.key("copycat", tag, time.instant());
    issueAndRevoke();
    look();

    assertThat(aftermath().newEntries())
        .extracting(NewEntry::id, NewEntry::ours)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("new-1", true),
            org.assertj.core.groups.Tuple.tuple("copycat", false));
  }

  @Test
  void entryThatIsGoneStaysInTheReceiptAndItsReviewIsDone() {
    activity.key("intruders", "x", time.instant());
    revoke();
    look();
    assertThat(task("review-key-intruders").state()).isEqualTo(TaskState.OPEN);

    activity.entries.removeIf(entry -> entry.id().equals("intruders"));
    time.advance(Duration.ofMinutes(1));
    look();
    assertThat(task("review-key-intruders").state()).isEqualTo(TaskState.DONE);
    assertThat(aftermath().newEntries()).extracting(NewEntry::listed).containsExactly(false);
  }

  @Test
  void tooManyEntriesForABaselineAreNotCalledNew() {
    for (int i = 0; i < AftermathWatch.LARGEST_BASELINE; i++) {
      activity.allowListed("10.0.0." + i);
    }
    look();
    activity.allowListed("203.0.113.66");
    activity.key("dated", "x", time.instant());
    revoke();
    look();

    assertThat(aftermath().newEntries()).extracting(NewEntry::id).containsExactly("dated");
    assertThat(aftermath().notes().toString()).contains("only those with a date");
  }

  @Test
  void passwordAndSecondFactorOfEachUserAreLeftToAPerson() {
    Instant flagged = time.instant();
    activity.users.add(
        new AccountUser("changed@x.example", "admin", Optional.of(flagged.plusSeconds(1)), true));
    activity.users.add(
        new AccountUser("not@x.example", "basic", Optional.of(flagged.minusSeconds(1)), false));
    activity.users.add(new AccountUser("Odd <name>", "basic", Optional.empty(), true));
    revoke();
    look();

    assertThat(task("password-changed@x.example").state()).isEqualTo(TaskState.DONE);
    assertThat(task("password-not@x.example").state()).isEqualTo(TaskState.OPEN);
    assertThat(task("password-odd-name-").state()).isEqualTo(TaskState.UNKNOWN);
    assertThat(task("second-factor-changed@x.example").state()).isEqualTo(TaskState.DONE);
    assertThat(task("second-factor-not@x.example").state()).isEqualTo(TaskState.OPEN);
    assertThat(task("ticket").state()).isEqualTo(TaskState.MANUAL);
    assertThat(task("ticket").link()).isEqualTo("https://provider.example/support");
    assertThat(task("password-not@x.example").link())
        .isEqualTo("https://provider.example/password");
  }

  @Test
  void providerThatTellsNothingIsSaidOnceAndNotAskedAgain() {
    issuer.activity = null;
    revoke();
    look();

    assertThat(aftermath().finished()).isTrue();
    assertThat(aftermath().notes())
        .singleElement()
        .asString()
        .contains("does not tell the activity", "this provider tells nothing");
    assertThat(aftermath().tasks())
        .extracting(Aftermath.Task::id)
        .containsExactly("passwords", "second-factors", "ticket");
    assertThat(watch.advance(time.instant())).isEmpty();
  }

  @Test
  void partThatIsNotToldDoesNotHideTheOthers() {
    activity.usersFailure = new IssuerException.Rejected("users are not for keys to see");
    activity.key("intruders", "x", time.instant());
    revoke();
    look();

    assertThat(aftermath().unknownEntries()).hasSize(1);
    assertThat(aftermath().notes().toString()).contains("does not tell the users");
    assertThat(aftermath().finished()).isFalse();
  }

  @Test
  void providerThatIsAwayIsAskedAgain() {
    activity.failure = new IssuerException.Unavailable("away", null);
    look();
    revoke();
    look();
    assertThat(aftermath().uses()).isEmpty();

    activity.failure = null;
    activity.use("old", "198.51.100.7", time.instant().plusSeconds(1));
    time.advance(Duration.ofMinutes(1));
    look();
    assertThat(aftermath().usesAfterRevocation()).isEqualTo(1);
    assertThat(aftermath().notes().toString()).doesNotContain("away");
  }

  @Test
  void providerThatStaysAwayEndsTheWatchWithANoteAndNotNever() {
    activity.failure = new IssuerException.Unavailable("away", null);
    revoke();
    lookToTheEnd();

    assertThat(aftermath().notes().toString()).contains("could not be asked for the uses");
    assertThat(Duration.between(aftermath().until().orElseThrow(), time.instant()))
        .isLessThanOrEqualTo(Duration.ofHours(2));
  }

  @Test
  void credentialThatIsTakenIntoUseAgainIsNotCalledMisused() {
    revoke();
    time.advance(Duration.ofMinutes(10));
    Chronicle second = rotation(RotationHarness.SCOPE);
    second.done(Step.ISSUE, Map.of(Detail.CREDENTIAL, "old"));
    activity.use("old", "192.0.2.1", time.instant().plusSeconds(5));
    lookToTheEnd();

    assertThat(aftermath().usesAfterRevocation()).isZero();
  }

  @Test
  void rotationThatEndedWithoutRevocationIsLookedAtOnce() {
    activity.use("old", "198.51.100.7", time.instant().minusSeconds(5));
    chronicle.begun(Step.ISSUE, Map.of(Detail.OLD_CREDENTIAL, "old"));
    chronicle.record(
        Fact.TURNED, Map.of(Detail.MESSAGE, "why", Detail.OUTCOME, Receipt.ROLLED_BACK));
    chronicle.done(Step.ROLL_BACK, Map.of());
    Receipt before = chronicle.receipt();
    time.advance(Duration.ofMinutes(5));
    look();

    assertThat(aftermath().uses())
        .extracting(Aftermath.Use::afterRevocation)
        .containsExactly(false);
    assertThat(aftermath().finished()).isTrue();
    assertThat(chronicle.receipt().endedAt()).isEqualTo(before.endedAt());
    assertThat(chronicle.receipt().message()).isEqualTo(before.message());
  }

  @Test
  void usesAreNotToldWhereTheProviderHasOneNameForOldAndNew() {
    chronicle = rotation(new CredentialScope(SecretKind.MAILGUN_WEBHOOK_SIGNING_KEY, ""));
    watch = watch(Failpoints.NONE);
    activity.use("old", "192.0.2.1", time.instant());
    revoke();
    look();

    assertThat(aftermath().uses()).isEmpty();
    assertThat(aftermath().notes().toString()).contains("cannot be told apart");
  }

  @Test
  void whatOthersWroteCannotBreakTheJournalsLines() {
    activity.key("a\tb\nc", "x\ty\nKEY\tforged\t\t\tfalse\ttrue\u2028", time.instant());
    revoke();
    look();

    assertThat(aftermath().newEntries()).extracting(NewEntry::id).containsExactly("a b c");
    assertThat(aftermath().newEntries().getFirst().description())
        .isEqualTo("x y KEY forged   false true ");
  }

  @Test
  void moreSourcesThanARecordHoldsAreToldTogether() {
    for (int i = 0; i < 3 * ActivityText.MOST_SOURCES; i++) {
      activity.use("old", "192.0.2." + i, time.instant().minusSeconds(i));
    }
    activity.use("old", "192.0.2.299", time.instant().minusSeconds(1));
    revoke();
    look();

    assertThat(aftermath().uses()).hasSize(ActivityText.MOST_SOURCES + 1);
    assertThat(aftermath().uses().getFirst().source()).isEqualTo("192.0.2.299");
    assertThat(aftermath().uses().getLast().source()).isEqualTo(ActivityText.OTHERS);
    assertThat(aftermath().uses().stream().mapToLong(Aftermath.Use::count).sum()).isEqualTo(301);
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void agentKilledAtAnyCallOfAWatchGoesOnWhereTheJournalSays(Moment moment) {
    for (Failpoint failpoint : List.of(Failpoint.ISSUER_ACTIVITY, Failpoint.JOURNAL_APPEND)) {
      int crashes = 0;
      for (int occurrence = 1; occurrence < 60; occurrence++) {
        journal.close();
        journal = FileRotationJournal.open(directory.resolve(failpoint + "-" + occurrence));
        Failpoints crash = Faults.crashAt(failpoint, moment, occurrence);
        Chronicle first = watchWithACrash(crash);
        if (AftermathReader.finished(first.events())) {
          break;
        }
        crashes++;
        goOnAfterARestart(failpoint + "-" + occurrence);
        assertThat(aftermath().finished()).isTrue();
        assertThat(aftermath().unknownEntries()).extracting(NewEntry::id).contains("intruders");
        assertThat(aftermath().usesAfterRevocation()).isEqualTo(1);
      }
      assertThat(crashes).isGreaterThan(2);
    }
  }

  private Chronicle watchWithACrash(Failpoints crash) {
    activity.forgetUses();
    activity.entries.clear();
    activity.allowListed("192.0.2.1");
    chronicle = rotation(RotationHarness.SCOPE);
    chronicle = Chronicle.resume(chronicle.events(), journal, crash, time);
    watch = watch(crash);
    try {
      look();
      activity.key("intruders", "x", time.instant());
      issueAndRevoke();
      activity.use("old", "198.51.100.7", time.instant().plusSeconds(1));
      time.advance(Duration.ofSeconds(2));
      lookToTheEnd();
    } catch (Faults.Crash killed) {
      activity.entries.clear();
      activity.allowListed("192.0.2.1");
      activity.key("intruders", "x", chronicle.state().plan().flaggedAt());
    }
    return chronicle;
  }

  private void goOnAfterARestart(String name) {
    journal.close();
    journal = FileRotationJournal.open(directory.resolve(name));
    chronicle = Chronicle.resume(journal.recovered(), journal, Failpoints.NONE, time);
    rotations.clear();
    rotations.add(chronicle);
    watch = watch(Failpoints.NONE);
    look();
    if (AftermathReader.revokedAt(chronicle.events(), chronicle.state()).isEmpty()) {
      if (chronicle.state().facts().newCredential().isEmpty()) {
        issueAndRevoke();
      } else {
        promoteAndRevoke();
      }
    }
    activity.forgetUses();
    activity.use(
        "old",
        "198.51.100.7",
        AftermathReader.revokedAt(chronicle.events(), chronicle.state())
            .orElseThrow()
            .plusSeconds(1));
    lookToTheEnd();
  }

  @Test
  void markedTaskIsDoneAndNamesWhoSaidSo() {
    revoke();
    look();
    chronicle.record(
        Fact.MARKED,
        Map.of(Detail.TASK, "ticket", Detail.TASK_STATE, "done", Detail.REQUESTED_BY, "uid 0"));
    assertThat(task("ticket").state()).isEqualTo(TaskState.DONE);
    assertThat(task("ticket").markedBy()).contains("uid 0");
    assertThat(task("ticket").markedAt()).contains(time.instant());

    chronicle.record(
        Fact.MARKED,
        Map.of(Detail.TASK, "ticket", Detail.TASK_STATE, "open", Detail.REQUESTED_BY, "uid 0"));
    assertThat(task("ticket").state()).isEqualTo(TaskState.MANUAL);
    assertThat(task("ticket").markedBy()).isEmpty();
  }

  @Test
  void planWrittenByAnOlderVersionIsNotWatched() {
    assertThat(chronicle.state().plan().toDetails()).containsKey(Detail.WATCH_MILLIS);
    Map<Detail, String> details = new EnumMap<>(chronicle.state().plan().toDetails());
    details.remove(Detail.WATCH_MILLIS);
    RotationEvent planned =
        new RotationEvent(chronicle.state().plan().id(), time.instant(), Fact.PLANNED, details);

    assertThat(RotationPlan.of(planned).watch()).isZero();
    assertThat(ReceiptWriter.receipt(List.of(planned), Replay.all(List.of(planned))).aftermath())
        .isEmpty();
  }

  @Test
  void scheduledRotationIsNotWatched() {
    RotationPlan plan = plan(Cause.SCHEDULED, RotationHarness.SCOPE);
    assertThat(plan.watched()).isFalse();
    assertThat(
            Chronicle.begin(plan, List.of(), journal, Failpoints.NONE, time).receipt().aftermath())
        .isEmpty();
  }

  @Test
  void factThatFollowsTheEndDoesNotMoveTheRotationAndAnyOtherIsRefused() {
    revoke();
    assertThat(chronicle.state()).isInstanceOf(RotationState.Done.class);
    look();
    assertThat(chronicle.state()).isInstanceOf(RotationState.Done.class);
    assertThatThrownBy(() -> chronicle.done(Step.REVOKE, Map.of()))
        .isInstanceOf(dev.postern.journal.JournalException.Corrupt.class);
  }

  private Chronicle rotation(CredentialScope scope) {
    Chronicle begun =
        Chronicle.begin(plan(Cause.COMPROMISED, scope), List.of(), journal, Failpoints.NONE, time);
    rotations.add(begun);
    return begun;
  }

  private RotationPlan plan(Cause cause, CredentialScope scope) {
    return new RotationPlan(
        dev.postern.RotationId.random(),
        RotationHarness.NAME,
        scope,
        cause,
        "why",
        "test",
        Order.OVERLAP,
        WithoutSuccessor.KEEP,
        time.instant(),
        time.instant().plusSeconds(60),
        Duration.ofMinutes(10),
        WATCH,
        new dev.postern.Version("1"),
        Optional.empty());
  }

  private AftermathWatch watch(Failpoints failpoints) {
    return new AftermathWatch(
        chronicle,
        new AccountLook(issuer, chronicle.state().plan().scope(), failpoints),
        new Ownership("test", rotations));
  }

  /** The whole cycle, with the old credential's revocation, five seconds after the flag. */
  private void revoke() {
    issueAndRevoke();
  }

  private void issueAndRevoke() {
    time.advance(Duration.ofSeconds(5));
    chronicle.done(Step.ISSUE, Map.of(Detail.CREDENTIAL, "new-1"));
    promoteAndRevoke();
  }

  private void promoteAndRevoke() {
    if (chronicle.state() instanceof RotationState.Issued) {
      chronicle.done(Step.STAGE, Map.of());
    }
    if (chronicle.state() instanceof RotationState.Staged staged && staged.needsActivation()) {
      chronicle.done(Step.ACTIVATE, Map.of());
    }
    if (chronicle.state() instanceof RotationState.Staged) {
      chronicle.done(Step.TEST, Map.of());
    }
    if (chronicle.state() instanceof RotationState.Tested) {
      chronicle.done(Step.PROMOTE, Map.of(Detail.VERSION, "2"));
    }
    if (chronicle.state() instanceof RotationState.Promoted) {
      chronicle.done(Step.PROPAGATE, Map.of());
    }
    chronicle.begun(Step.REVOKE, Map.of(Detail.OLD_CREDENTIAL, "old"));
    chronicle.done(Step.REVOKE, Map.of());
    chronicle.done(Step.PROVE, Map.of());
    chronicle.done(Step.FINISH, Map.of());
  }

  private void look() {
    Optional<Instant> unused = watch.advance(time.instant());
    assertThat(unused).isNotNull();
  }

  private void lookToTheEnd() {
    Optional<Instant> next = watch.advance(time.instant());
    while (next.isPresent()) {
      time.advanceTo(next.get());
      next = watch.advance(time.instant());
    }
  }

  private Aftermath aftermath() {
    return chronicle.receipt().aftermath().orElseThrow();
  }

  private Aftermath.Task task(String id) {
    return aftermath().tasks().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no task " + id + " in " + aftermath().tasks()));
  }
}
