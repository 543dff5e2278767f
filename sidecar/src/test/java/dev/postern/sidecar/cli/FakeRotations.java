package dev.postern.sidecar.cli;

import dev.postern.RotationId;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.rotation.Order;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationPreview;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRequest;
import dev.postern.rotation.RotationService;
import dev.postern.rotation.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One rotation that is a step further each time somebody looks at it. */
final class FakeRotations implements RotationService {
  static final RotationId ID = RotationId.parse("3f2a91c0-0000-4000-8000-000000000001");

  private final Runnable promotion;
  private Optional<RotationRequest> request = Optional.empty();
  private int looks;

  FakeRotations(Runnable promotion) {
    this.promotion = promotion;
  }

  synchronized Optional<RotationRequest> request() {
    return request;
  }

  @Override
  public synchronized Receipt start(RotationRequest wanted) {
    if (wanted.secret().value().equals("static")) {
      throw new RotationRefused(
          RotationRefused.Reason.NOT_ROTATABLE, "static is static: change it in its store");
    }
    request = Optional.of(wanted);
    return receipt(wanted);
  }

  @Override
  public synchronized RotationPreview preview(RotationRequest wanted) {
    return new RotationPreview(
        wanted.secret(),
        new Version("7"),
        Optional.of("old-1"),
        List.of(),
        List.of(Step.ISSUE, Step.REVOKE),
        Duration.ofMinutes(1),
        List.of(),
        List.of());
  }

  @Override
  public void cancel(RotationId id, String requestedBy) {
    throw new RotationRefused(RotationRefused.Reason.TOO_LATE, "too late");
  }

  @Override
  public Receipt mark(RotationId id, String task, boolean done, String markedBy) {
    throw new RotationRefused(RotationRefused.Reason.UNKNOWN_TASK, "no such task");
  }

  @Override
  public synchronized Optional<Receipt> find(RotationId id) {
    if (!id.equals(ID) || request.isEmpty()) {
      return Optional.empty();
    }
    looks++;
    if (looks == 2) {
      promotion.run();
    }
    return request.map(this::receipt);
  }

  @Override
  public void rejected(SecretName secret, Version version, String consumer) {
    throw new IllegalStateException("nobody here is refused anything");
  }

  @Override
  public List<Receipt> batch(String name) {
    return request().filter(one -> one.batch().equals(Optional.of(name))).isPresent()
        ? list()
        : List.of();
  }

  @Override
  public synchronized List<Receipt> list() {
    return request.map(this::receipt).stream().toList();
  }

  private Receipt receipt(RotationRequest wanted) {
    Instant start = TestSurroundings.START;
    boolean done = looks >= 3;
    return new Receipt(
        ID,
        wanted.secret(),
        SecretKind.MAILGUN_SENDING_KEY,
        wanted.cause(),
        wanted.reason(),
        wanted.requestedBy(),
        wanted.order().orElse(Order.OVERLAP),
        start,
        start.plusSeconds(60),
        done ? Receipt.DONE : "issued",
        done,
        done ? Optional.of(start.plusSeconds(2)) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Version("7"),
        Optional.of(new Version("8")),
        Optional.of("old-1"),
        Optional.of("new-1"),
        List.of(),
        List.of(step(Step.ISSUE, looks >= 1), step(Step.PROVE, done)),
        List.of(new Receipt.AckRecord("uid 1000 pid 47 (app)", start.plusSeconds(1))),
        List.of(),
        List.of(new Receipt.ProbeRecord(start.plusSeconds(1), "refused", "accepted")),
        done ? Optional.of(Duration.ofMillis(1200)) : Optional.empty(),
        Optional.empty());
  }

  private static Receipt.StepRecord step(Step step, boolean finished) {
    Instant start = TestSurroundings.START;
    return new Receipt.StepRecord(
        step,
        start,
        finished ? Optional.of(start.plusMillis(200)) : Optional.empty(),
        1,
        Optional.empty(),
        Optional.empty());
  }
}
