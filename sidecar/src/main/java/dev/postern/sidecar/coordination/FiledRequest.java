package dev.postern.sidecar.coordination;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.kubernetes.FleetRequest;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.rotation.RotationRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** A request for a rotation on its way through the fleet, and the answer on its way back. */
final class FiledRequest {
  private static final String REFUSED = "refused ";

  private FiledRequest() {}

  static FleetRequest of(RotationRequest request, String pod, Instant now) {
    String id = UUID.randomUUID().toString();
    return new FleetRequest(
        id,
        request.secret().value(),
        request.cause().wireName(),
        request.reason(),
        request.requestedBy() + " in pod " + pod,
        request.deadline(),
        request.order().map(Order::wireName),
        // A batch of its own: a rotator that dies between rotation and answer is asked again.
        request.batch().or(() -> Optional.of(ownBatch(id))),
        now);
  }

  /** Whether one that is filed does what the other is to do. Who asked, and why, may differ. */
  static boolean asksTheSame(FleetRequest filed, FleetRequest fresh) {
    return filed.secret().equals(fresh.secret())
        && filed.cause().equals(fresh.cause())
        && filed.deadline().equals(fresh.deadline())
        && filed.order().equals(fresh.order())
        && bulk(filed).equals(bulk(fresh));
  }

  private static Optional<String> bulk(FleetRequest request) {
    return request.batch().filter(name -> !name.equals(ownBatch(request.id())));
  }

  private static String ownBatch(String id) {
    return "request-" + id;
  }

  /**
   * @throws RotationRefused when what it says cannot be understood
   */
  static RotationRequest toRotation(FleetRequest request, SecretName secret) {
    return new RotationRequest(
        secret,
        Cause.ofWireName(request.cause())
            .orElseThrow(() -> unclear("cause is one of compromised, scheduled, requested")),
        request.reason(),
        request.requestedBy(),
        request.deadline(),
        request
            .order()
            .map(
                name ->
                    Order.ofWireName(name)
                        .orElseThrow(() -> unclear("order is one of overlap, revoke-first"))),
        request.batch().filter(RotationRequest::isLegalBatch));
  }

  private static RotationRefused unclear(String why) {
    return new RotationRefused(Reason.NOT_ROTATABLE, why);
  }

  /** Whether it is worth trying again without anybody doing anything. */
  static boolean mayPass(RotationRefused refused) {
    return refused.reason() == Reason.NOT_NOW || refused.reason() == Reason.STORE_UNREACHABLE;
  }

  static String refusal(RotationRefused refused) {
    return REFUSED + refused.reason() + " " + refused.getMessage();
  }

  /** As what a rotator took the request up; empty when it refused. */
  static Optional<RotationId> begun(String answer) {
    try {
      return Optional.of(RotationId.parse(answer));
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  /** What a rotator refused; empty when it took the request up. */
  static Optional<RotationRefused> refusedBy(String answer) {
    if (!answer.startsWith(REFUSED)) {
      return Optional.empty();
    }
    String[] parts = answer.substring(REFUSED.length()).split(" ", 2);
    Reason reason =
        Arrays.stream(Reason.values())
            .filter(one -> one.name().equals(parts[0]))
            .findFirst()
            .orElse(Reason.NOT_ROTATABLE);
    return Optional.of(
        new RotationRefused(
            reason, "the fleet's rotator says: " + (parts.length > 1 ? parts[1] : parts[0])));
  }
}
