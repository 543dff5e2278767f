package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.RotationId;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.issuer.CredentialScope;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReplayTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final RotationId ID = RotationId.parse("0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11");
  private static final List<Step> OVERLAP =
      List.of(
          Step.ISSUE,
          Step.STAGE,
          Step.TEST,
          Step.PROMOTE,
          Step.PROPAGATE,
          Step.REVOKE,
          Step.PROVE,
          Step.FINISH);
  private static final List<Step> REVOKE_FIRST =
      List.of(
          Step.REVOKE,
          Step.ISSUE,
          Step.STAGE,
          Step.TEST,
          Step.PROMOTE,
          Step.PROPAGATE,
          Step.PROVE,
          Step.FINISH);

  private static List<Step> steps(Order order) {
    return order == Order.OVERLAP ? OVERLAP : REVOKE_FIRST;
  }

  @Test
  void statesFollowTheStepsOfAnOverlapRotation() {
    assertThat(names(Order.OVERLAP))
        .containsExactly(
            "planned",
            "issued",
            "staged",
            "tested",
            "promoted",
            "propagated",
            "revoked",
            "proven",
            "done");
  }

  @Test
  void statesFollowTheStepsOfARevokeFirstRotation() {
    assertThat(names(Order.REVOKE_FIRST))
        .containsExactly(
            "planned",
            "revoked",
            "issued",
            "staged",
            "tested",
            "promoted",
            "propagated",
            "proven",
            "done");
  }

  private static List<String> names(Order order) {
    List<String> names = new ArrayList<>();
    for (int length = 0; length <= steps(order).size(); length++) {
      names.add(Replay.all(prefix(order, length)).wireName());
    }
    return names;
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void anyOtherStepThanTheNextIsACorruptJournal(Order order) {
    for (int length = 0; length <= steps(order).size(); length++) {
      RotationState state = Replay.all(prefix(order, length));
      for (Step step : Step.values()) {
        boolean next = length < steps(order).size() && steps(order).get(length) == step;
        if (!next) {
          assertCorrupt(state, done(step));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void secondPlanIsACorruptJournalInEveryState(Order order) {
    for (int length = 0; length <= steps(order).size(); length++) {
      assertCorrupt(Replay.all(prefix(order, length)), planned(order));
    }
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void onlyWhatWasIssuedAndIsNotYetInUseCanBeLost(Order order) {
    RotationEvent lost =
        event(Fact.FAILED, Map.of(Detail.STEP, "issue", Detail.OUTCOME, Replay.VALUE_LOST));
    for (int length = 0; length <= steps(order).size(); length++) {
      RotationState state = Replay.all(prefix(order, length));
      boolean issued =
          state instanceof RotationState.Issued
              || state instanceof RotationState.Staged
              || state instanceof RotationState.Tested;
      if (issued) {
        RotationState back = Replay.next(state, lost);
        assertThat(back.wireName()).isEqualTo(order == Order.OVERLAP ? "planned" : "revoked");
        assertThat(back.facts().newCredential()).isEmpty();
        assertThat(Replay.next(back, done(Step.ISSUE)).wireName()).isEqualTo("issued");
      } else {
        assertCorrupt(state, lost);
      }
    }
  }

  @Test
  void turningBackIsLegalBeforePromotionAndCallingAPersonAfterIt() {
    List<String> outcomes = new ArrayList<>();
    for (int length = 0; length <= OVERLAP.size(); length++) {
      RotationState state = Replay.all(prefix(Order.OVERLAP, length));
      try {
        RotationState turned = Replay.next(state, turned(Receipt.NEEDS_OPERATOR));
        outcomes.add(turned.wireName());
      } catch (JournalException.Corrupt e) {
        outcomes.add("no");
      }
    }
    assertThat(outcomes)
        .containsExactly(
            "rolling-back",
            "rolling-back",
            "rolling-back",
            "rolling-back",
            "no",
            "needs-operator",
            "needs-operator",
            "no",
            "no");
  }

  @Test
  void goingBackEndsAsRolledBackOrWithAPerson() {
    RotationState planned = Replay.first(planned(Order.OVERLAP));
    RotationState back = Replay.next(planned, turned(Receipt.ROLLED_BACK));
    RotationState ended = Replay.next(back, done(Step.ROLL_BACK));
    assertThat(ended.wireName()).isEqualTo(Receipt.ROLLED_BACK);
    assertCorrupt(ended, done(Step.ROLL_BACK));
    assertCorrupt(ended, turned(Receipt.NEEDS_OPERATOR));

    RotationState stuck = Replay.next(back, turned(Receipt.NEEDS_OPERATOR));
    assertThat(Replay.next(stuck, done(Step.ROLL_BACK)).wireName())
        .isEqualTo(Receipt.NEEDS_OPERATOR);
    for (Step step : List.of(Step.ISSUE, Step.STAGE, Step.TEST, Step.PROMOTE, Step.PROVE)) {
      assertCorrupt(back, done(step));
    }
    assertThat(Replay.next(back, done(Step.REVOKE)).facts().oldRevoked()).isTrue();
  }

  @Test
  void revokeFirstRotationWithoutASuccessorCanGoBack() {
    RotationState revoked = Replay.all(prefix(Order.REVOKE_FIRST, 1));
    assertThat(Replay.next(revoked, turned(Receipt.NEEDS_OPERATOR)).wireName())
        .isEqualTo("rolling-back");
  }

  @Test
  void joiningTightensAndNeverLoosens() {
    RotationState planned = Replay.first(planned(Order.OVERLAP));
    RotationState urgent = Replay.next(planned, joined("compromised", START.plusSeconds(5)));
    assertThat(urgent.plan().compromised()).isTrue();
    assertThat(urgent.plan().deadlineAt()).isEqualTo(START.plusSeconds(5));

    RotationState still = Replay.next(urgent, joined("requested", START.plusSeconds(500)));
    assertThat(still.plan()).isEqualTo(urgent.plan());
  }

  @Test
  void recordsThatCannotBeUnderstoodAreACorruptJournal() {
    RotationState planned = Replay.first(planned(Order.OVERLAP));
    assertCorrupt(planned, event(Fact.DONE, Map.of(Detail.STEP, "leap")));
    assertCorrupt(planned, event(Fact.DONE, Map.of()));
    assertCorrupt(planned, event(Fact.DONE, Map.of(Detail.STEP, "issue")));
    assertCorrupt(planned, event(Fact.TURNED, Map.of(Detail.MESSAGE, "why")));
    assertCorrupt(planned, joined("bored", START));
    assertCorrupt(
        planned,
        event(Fact.JOINED, Map.of(Detail.CAUSE, "compromised", Detail.DEADLINE_AT, "tomorrow")));
    assertCorrupt(
        Replay.all(prefix(Order.OVERLAP, 3)),
        event(Fact.DONE, Map.of(Detail.STEP, "promote", Detail.VERSION, "not a version")));
  }

  @Test
  void planThatCannotBeUnderstoodIsACorruptJournal() {
    for (Detail name : planned(Order.OVERLAP).details().keySet()) {
      Map<Detail, String> missing = new EnumMap<>(planned(Order.OVERLAP).details());
      missing.remove(name);
      assertThatThrownBy(() -> Replay.first(event(Fact.PLANNED, missing)))
          .as("without %s", name)
          .isInstanceOf(JournalException.Corrupt.class);
      boolean free = name == Detail.DOMAIN || name == Detail.REASON || name == Detail.REQUESTED_BY;
      if (!free) {
        Map<Detail, String> wrong = new EnumMap<>(planned(Order.OVERLAP).details());
        wrong.put(name, "not / legal");
        assertThatThrownBy(() -> Replay.first(event(Fact.PLANNED, wrong)))
            .as("wrong %s", name)
            .isInstanceOf(JournalException.Corrupt.class);
      }
    }
  }

  @Test
  void historyThatDoesNotBeginWithAPlanIsACorruptJournal() {
    assertThatThrownBy(() -> Replay.all(List.of(done(Step.ISSUE))))
        .isInstanceOf(JournalException.Corrupt.class);
  }

  @Test
  void planComesBackFromItsRecordAsItWas() {
    RotationPlan plan = plan(Order.REVOKE_FIRST);
    assertThat(RotationPlan.of(new RotationEvent(ID, START, Fact.PLANNED, plan.toDetails())))
        .isEqualTo(plan);
  }

  private static void assertCorrupt(RotationState state, RotationEvent event) {
    assertThatThrownBy(() -> Replay.next(state, event))
        .as("%s in %s", event, state.wireName())
        .isInstanceOf(JournalException.Corrupt.class);
  }

  private static List<RotationEvent> prefix(Order order, int length) {
    List<RotationEvent> events = new ArrayList<>();
    events.add(planned(order));
    steps(order).subList(0, length).forEach(step -> events.add(done(step)));
    return events;
  }

  private static RotationEvent planned(Order order) {
    return event(Fact.PLANNED, plan(order).toDetails());
  }

  private static RotationPlan plan(Order order) {
    return new RotationPlan(
        ID,
        new SecretName("sending-key"),
        new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com"),
        Cause.REQUESTED,
        "why\nnot",
        "uid 0",
        order,
        WithoutSuccessor.REVOKE,
        START,
        START.plusSeconds(60),
        Duration.ofMinutes(10),
        new Version("1"));
  }

  private static RotationEvent done(Step step) {
    return event(
        Fact.DONE,
        Map.of(Detail.STEP, step.wireName(), Detail.CREDENTIAL, "new-1", Detail.VERSION, "2"));
  }

  private static RotationEvent turned(String outcome) {
    return event(Fact.TURNED, Map.of(Detail.MESSAGE, "why", Detail.OUTCOME, outcome));
  }

  private static RotationEvent joined(String cause, Instant deadline) {
    return event(Fact.JOINED, Map.of(Detail.CAUSE, cause, Detail.DEADLINE_AT, deadline.toString()));
  }

  private static RotationEvent event(Fact fact, Map<Detail, String> details) {
    return new RotationEvent(ID, START, fact, details);
  }
}
