package dev.postern.sidecar.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretName;
import dev.postern.kubernetes.FleetRequest;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.rotation.RotationRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FiledRequestTest {
  private static final SecretName KEY = new SecretName("sending-key");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final RotationRequest LEAK =
      new RotationRequest(
          KEY,
          Cause.COMPROMISED,
          "seen on a paste site",
          "uid 0 pid 7 (postern)",
          Optional.of(Duration.ofSeconds(30)),
          Optional.of(Order.REVOKE_FIRST));

  @Test
  void whatWasAskedComesBackAsItWasWithThePodItWasAskedIn() {
    RotationRequest back = FiledRequest.toRotation(FiledRequest.of(LEAK, "web-1", NOW), KEY);

    assertThat(back.secret()).isEqualTo(KEY);
    assertThat(back.cause()).isEqualTo(Cause.COMPROMISED);
    assertThat(back.reason()).isEqualTo("seen on a paste site");
    assertThat(back.requestedBy()).isEqualTo("uid 0 pid 7 (postern) in pod web-1");
    assertThat(back.deadline()).contains(Duration.ofSeconds(30));
    assertThat(back.order()).contains(Order.REVOKE_FIRST);
  }

  @Test
  void requestHasABatchOfItsOwnSoThatItRotatesOnceHoweverOftenItIsTakenUp() {
    FleetRequest one = FiledRequest.of(LEAK, "web-1", NOW);
    FleetRequest other = FiledRequest.of(LEAK, "web-1", NOW);

    assertThat(FiledRequest.toRotation(one, KEY).batch()).isPresent();
    assertThat(one.batch()).isNotEqualTo(other.batch());
  }

  @Test
  void batchOfABulkRequestIsKept() {
    RotationRequest bulk =
        new RotationRequest(
            KEY,
            Cause.REQUESTED,
            "",
            "uid 0",
            Optional.empty(),
            Optional.empty(),
            Optional.of("friday"));

    assertThat(FiledRequest.of(bulk, "web-1", NOW).batch()).contains("friday");
  }

  @Test
  void refusalComesBackWithItsReason() {
    RotationRefused refused = new RotationRefused(Reason.STORE_READ_ONLY, "the store is read-only");

    RotationRefused back = FiledRequest.refusedBy(FiledRequest.refusal(refused)).orElseThrow();

    assertThat(back.reason()).isEqualTo(Reason.STORE_READ_ONLY);
    assertThat(back).hasMessage("the fleet's rotator says: the store is read-only");
  }

  @Test
  void idOfARotationIsNoRefusal() {
    assertThat(FiledRequest.refusedBy("92864d27-bf3d-4a4e-bd72-9b051737a364")).isEmpty();
  }

  @Test
  void refusalOfANewerVersionIsStillARefusal() {
    RotationRefused back = FiledRequest.refusedBy("refused ON_HOLIDAY come back").orElseThrow();

    assertThat(back.reason()).isEqualTo(Reason.NOT_ROTATABLE);
    assertThat(back).hasMessageContaining("come back");
  }

  @Test
  void onlyWhatPassesByItselfIsTriedAgain() {
    for (Reason reason : Reason.values()) {
      assertThat(FiledRequest.mayPass(new RotationRefused(reason, "")))
          .as("%s", reason)
          .isEqualTo(reason == Reason.NOT_NOW || reason == Reason.STORE_UNREACHABLE);
    }
  }

  @Test
  void wordsThatNobodyKnowsAreRefusedWithThoseThereAre() {
    FleetRequest typo =
        new FleetRequest(
            "annotation-1",
            KEY.value(),
            "compromized",
            "",
            "annotation",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NOW);

    assertThatThrownBy(() -> FiledRequest.toRotation(typo, KEY))
        .isInstanceOf(RotationRefused.class)
        .hasMessage("cause is one of compromised, scheduled, requested");
  }
}
