package dev.postern.schedule;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationPreview;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRequest;
import dev.postern.rotation.RotationService;
import dev.postern.rotation.Step;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretChange;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingState;
import dev.postern.serving.StoreCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the schedule looks at, held in memory: rotations end as a test says. */
final class ScheduleFakes implements RotationService, SecretCatalog {
  final List<RotationRequest> started = new ArrayList<>();
  final List<Receipt> receipts = new ArrayList<>();
  final Map<SecretName, ServedVersion> served = new HashMap<>();
  @Nullable RotationRefused refusal;

  void serve(SecretName name, String version, Instant createdAt, boolean tainted) {
    served.put(
        name,
        new ServedVersion(
            name,
            new Version(version),
            tainted,
            createdAt,
            SecretFields.takeOwnershipOf(Map.of("api_key", SecretBytes.ofUtf8("x")))));
  }

  /** A rotation as the journal tells of it; the one place that knows a receipt's members. */
  void rotation(
      SecretName secret, Cause cause, String state, Instant at, Optional<String> newVersion) {
    boolean ended =
        List.of(Receipt.DONE, Receipt.ROLLED_BACK, Receipt.NEEDS_OPERATOR).contains(state);
    List<Receipt.StepRecord> steps =
        newVersion
            .map(
                version ->
                    List.of(
                        new Receipt.StepRecord(
                            Step.PROMOTE,
                            at,
                            Optional.of(at),
                            1,
                            Optional.empty(),
                            Optional.empty())))
            .orElse(List.of());
    receipts.add(
        new Receipt(
            RotationId.random(),
            secret,
            SecretKind.MAILGUN_SENDING_KEY,
            cause,
            "",
            "test",
            Order.OVERLAP,
            at,
            at.plusSeconds(60),
            state,
            ended,
            ended ? Optional.of(at) : Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Version("0"),
            newVersion.map(Version::new),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            steps,
            List.of(),
            List.of(),
            List.of(),
            Optional.<Duration>empty(),
            Optional.empty()));
  }

  @Override
  public Receipt start(RotationRequest request) {
    if (refusal != null) {
      throw refusal;
    }
    started.add(request);
    rotation(request.secret(), request.cause(), "planned", Instant.EPOCH, Optional.empty());
    return receipts.getLast();
  }

  @Override
  public List<Receipt> list() {
    return receipts.stream().sorted(Comparator.comparing(Receipt::flaggedAt).reversed()).toList();
  }

  @Override
  public List<StoreCondition> stores() {
    return List.of();
  }

  @Override
  public ServingState state(SecretName name) {
    ServedVersion version = served.get(name);
    return version == null
        ? new ServingState.Empty(Optional.empty())
        : new ServingState.Holding(version, version.createdAt(), Optional.empty());
  }

  @Override
  public RotationPreview preview(RotationRequest request) {
    throw new IllegalStateException("the schedule previews nothing");
  }

  @Override
  public void cancel(RotationId id, String requestedBy) {
    throw new IllegalStateException("the schedule cancels nothing");
  }

  @Override
  public void rejected(SecretName secret, Version version, String consumer) {
    throw new IllegalStateException("the schedule uses nothing");
  }

  @Override
  public Receipt mark(RotationId id, String task, boolean done, String markedBy) {
    throw new IllegalStateException("the schedule marks nothing");
  }

  @Override
  public Optional<Receipt> find(RotationId id) {
    throw new IllegalStateException("the schedule looks at all of them");
  }

  @Override
  public List<Receipt> batch(String name) {
    throw new IllegalStateException("the schedule knows no batches");
  }

  @Override
  public List<SecretDefinition> definitions() {
    throw new IllegalStateException("the schedule knows its secrets");
  }

  @Override
  public Optional<SecretDefinition> definition(SecretName name) {
    throw new IllegalStateException("the schedule knows its secrets");
  }

  @Override
  public Subscription subscribe(Consumer<SecretChange> listener) {
    throw new IllegalStateException("the schedule looks by itself");
  }
}
