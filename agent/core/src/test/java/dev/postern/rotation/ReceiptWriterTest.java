package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.issuer.CredentialScope;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReceiptWriterTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final RotationId ID = RotationId.parse("0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11");

  /** Each event comes a second after the one before. */
  private final List<RotationEvent> events = new ArrayList<>();

  ReceiptWriterTest() {
    RotationPlan plan =
        new RotationPlan(
            ID,
            new SecretName("sending-key"),
            new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com"),
            Cause.COMPROMISED,
            "incident 7",
            "uid 0",
            Order.OVERLAP,
            WithoutSuccessor.KEEP,
            START,
            START.plusSeconds(60),
            Duration.ofMinutes(10),
            new Version("1"));
    add(Fact.PLANNED, plan.toDetails());
  }

  @Test
  void freshRotationSaysWhoAskedAndNothingElse() {
    Receipt receipt = receipt();

    assertThat(receipt.id()).isEqualTo(ID);
    assertThat(receipt.cause()).isEqualTo(Cause.COMPROMISED);
    assertThat(receipt.reason()).isEqualTo("incident 7");
    assertThat(receipt.requestedBy()).isEqualTo("uid 0");
    assertThat(receipt.flaggedAt()).isEqualTo(START);
    assertThat(receipt.state()).isEqualTo("planned");
    assertThat(receipt.ended()).isFalse();
    assertThat(receipt.endedAt()).isEmpty();
    assertThat(receipt.message()).isEmpty();
    assertThat(receipt.steps()).isEmpty();
    assertThat(receipt.timeToRevoke()).isEmpty();
  }

  @Test
  void stepKeepsItsFirstStartItsAttemptsAndItsLastProblem() {
    step(Fact.BEGUN, Step.ISSUE, Map.of());
    step(Fact.FAILED, Step.ISSUE, Map.of(Detail.MESSAGE, "first trouble"));
    step(Fact.BEGUN, Step.ISSUE, Map.of());
    step(Fact.FAILED, Step.ISSUE, Map.of(Detail.MESSAGE, "second trouble"));
    assertThat(receipt().message()).contains("second trouble");

    step(Fact.BEGUN, Step.ISSUE, Map.of());
    step(Fact.DONE, Step.ISSUE, Map.of(Detail.CREDENTIAL, "new-1"));
    Receipt receipt = receipt();
    assertThat(receipt.message()).isEmpty();
    assertThat(receipt.newCredential()).contains("new-1");
    Receipt.StepRecord issue = receipt.steps().getFirst();
    assertThat(issue.step()).isEqualTo(Step.ISSUE);
    assertThat(issue.startedAt()).isEqualTo(START.plusSeconds(1));
    assertThat(issue.finishedAt()).contains(START.plusSeconds(6));
    assertThat(issue.attempts()).isEqualTo(3);
    assertThat(issue.problem()).contains("second trouble");
    assertThat(issue.detail()).contains("made credential new-1");
  }

  @Test
  void finishedRotationTellsConsumersProbesAndTheTimeToRevoke() {
    promoted();
    add(Fact.ACKNOWLEDGED, Map.of(Detail.CONSUMER, "uid 1000 pid 7 (app)"));
    step(
        Fact.DONE,
        Step.PROPAGATE,
        Map.of(Detail.CUT, "uid 1 pid 8\nuid 2 pid 9", Detail.MESSAGE, "2 are cut"));
    step(Fact.BEGUN, Step.REVOKE, Map.of(Detail.OLD_CREDENTIAL, "old"));
    step(Fact.DONE, Step.REVOKE, Map.of(Detail.MESSAGE, "confirmed"));
    add(Fact.PROBED, Map.of(Detail.OLD_ANSWER, "refused", Detail.SUCCESSOR_ANSWER, "accepted"));
    step(Fact.DONE, Step.PROVE, Map.of(Detail.MESSAGE, "proven"));
    Instant provenAt = events.getLast().at();
    step(Fact.DONE, Step.FINISH, Map.of());
    Receipt receipt = receipt();

    assertThat(receipt.state()).isEqualTo(Receipt.DONE);
    assertThat(receipt.ended()).isTrue();
    assertThat(receipt.endedAt()).contains(events.getLast().at());
    assertThat(receipt.message()).isEmpty();
    assertThat(receipt.oldCredential()).contains("old");
    assertThat(receipt.newVersion()).contains(new Version("2"));
    assertThat(receipt.cut()).containsExactly("uid 1 pid 8", "uid 2 pid 9");
    assertThat(receipt.acknowledged())
        .extracting(Receipt.AckRecord::consumer)
        .containsExactly("uid 1000 pid 7 (app)");
    assertThat(receipt.probes())
        .extracting(Receipt.ProbeRecord::old, Receipt.ProbeRecord::successor)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("refused", "accepted"));
    assertThat(receipt.timeToRevoke()).contains(Duration.between(START, provenAt));
  }

  @Test
  void nobodyCutIsAnEmptyListAndNotAnEmptyName() {
    promoted();
    step(Fact.DONE, Step.PROPAGATE, Map.of(Detail.CUT, "", Detail.MESSAGE, "all hold it"));

    assertThat(receipt().cut()).isEmpty();
  }

  @Test
  void revokedIsNotYetProven() {
    promoted();
    step(Fact.DONE, Step.PROPAGATE, Map.of());
    step(Fact.DONE, Step.REVOKE, Map.of());

    assertThat(receipt().state()).isEqualTo("revoked");
    assertThat(receipt().timeToRevoke()).isEmpty();
  }

  @Test
  void candidatesAreListedUntilTheOldCredentialIsKnown() {
    step(Fact.BEGUN, Step.ISSUE, Map.of(Detail.CANDIDATES, "a (by hand)\nb"));
    assertThat(receipt().candidates()).containsExactly("a (by hand)", "b");

    step(Fact.BEGUN, Step.ISSUE, Map.of(Detail.OLD_CREDENTIAL, "a"));
    assertThat(receipt().candidates()).isEmpty();
    assertThat(receipt().oldCredential()).contains("a");
  }

  @Test
  void endWithoutSuccessSaysWhy() {
    add(Fact.TURNED, Map.of(Detail.MESSAGE, "why", Detail.OUTCOME, Receipt.NEEDS_OPERATOR));
    assertThat(receipt().state()).isEqualTo("rolling-back");
    assertThat(receipt().message()).contains("why");

    step(Fact.DONE, Step.ROLL_BACK, Map.of(Detail.MESSAGE, "nothing is pending"));
    assertThat(receipt().state()).isEqualTo(Receipt.NEEDS_OPERATOR);
    assertThat(receipt().message()).contains("why");
    assertThat(receipt().steps().getFirst().detail()).contains("nothing is pending");
  }

  private void promoted() {
    step(Fact.DONE, Step.ISSUE, Map.of(Detail.CREDENTIAL, "new-1"));
    step(Fact.DONE, Step.STAGE, Map.of());
    step(Fact.DONE, Step.TEST, Map.of());
    step(Fact.DONE, Step.PROMOTE, Map.of(Detail.VERSION, "2"));
  }

  private void step(Fact fact, Step step, Map<Detail, String> details) {
    Map<Detail, String> all = new java.util.EnumMap<>(Detail.class);
    all.putAll(details);
    all.put(Detail.STEP, step.wireName());
    add(fact, all);
  }

  private void add(Fact fact, Map<Detail, String> details) {
    events.add(new RotationEvent(ID, START.plusSeconds(events.size()), fact, details));
  }

  private Receipt receipt() {
    return ReceiptWriter.receipt(events, Replay.all(events));
  }
}
