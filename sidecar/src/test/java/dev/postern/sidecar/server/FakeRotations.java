package dev.postern.sidecar.server;

import dev.postern.RotationId;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.issuer.AccountEntry;
import dev.postern.rotation.Aftermath;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationPreview;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRequest;
import dev.postern.rotation.RotationService;
import dev.postern.rotation.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Rotations that a test looks at and refuses. */
public final class FakeRotations implements RotationService {
  public static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  final List<RotationRequest> requests = Collections.synchronizedList(new ArrayList<>());
  final List<String> marked = Collections.synchronizedList(new ArrayList<>());
  final List<RotationId> cancelled = Collections.synchronizedList(new ArrayList<>());
  final List<Receipt> receipts = Collections.synchronizedList(new ArrayList<>());
  final List<String> rejections = Collections.synchronizedList(new ArrayList<>());
  final Map<String, List<Receipt>> batches = new ConcurrentHashMap<>();

  /** In which state a rotation is that is started. */
  volatile String startsAs = "planned";

  volatile @Nullable RotationRefused refusal;

  /** A receipt of a leak whose aftermath was looked at. */
  public static Receipt leak(SecretName secret) {
    return receipt(
        secret,
        Cause.COMPROMISED,
        Receipt.DONE,
        Optional.of(
            new Aftermath(
                START,
                Optional.of(START.plusSeconds(3600)),
                false,
                Optional.of(START.plusSeconds(60)),
                List.of("a note"),
                List.of(
                    new Aftermath.Use(
                        "198.51.100.7", 3, START.plusSeconds(5), START.plusSeconds(9), true),
                    new Aftermath.Use("192.0.2.1", 7, START.minusSeconds(9), START, false)),
                List.of(
                    new Aftermath.NewEntry(
                        AccountEntry.Type.ALLOW_LIST_ENTRY,
                        "203.0.113.66",
                        "office",
                        Optional.empty(),
                        false,
                        true),
                    new Aftermath.NewEntry(
                        AccountEntry.Type.KEY,
                        "new-id",
                        "postern/x",
                        Optional.of(START),
                        true,
                        true)),
                List.of(
                    new Aftermath.Task(
                        "ticket",
                        "open a ticket",
                        "https://provider.example/support",
                        Aftermath.TaskState.MANUAL,
                        Optional.empty(),
                        Optional.empty())))));
  }

  /** A receipt of a rotation that ended well. */
  public static Receipt receipt(SecretName secret, Cause cause, String state) {
    return receipt(secret, cause, state, Optional.empty());
  }

  private static Receipt receipt(
      SecretName secret, Cause cause, String state, Optional<Aftermath> aftermath) {
    boolean ended = !state.equals("planned");
    return new Receipt(
        RotationId.random(),
        secret,
        SecretKind.MAILGUN_SENDING_KEY,
        cause,
        "seen in a paste",
        "uid 0",
        Order.OVERLAP,
        START,
        START.plusSeconds(60),
        state,
        ended,
        ended ? Optional.of(START.plusSeconds(3)) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Version("7"),
        Optional.of(new Version("8")),
        Optional.of("old-id"),
        Optional.of("new-id"),
        List.of(),
        List.of(
            new Receipt.StepRecord(
                Step.ISSUE,
                START,
                Optional.of(START.plusMillis(1500)),
                1,
                Optional.empty(),
                Optional.of("new-id"))),
        List.of(new Receipt.AckRecord("uid 1000", START.plusSeconds(2))),
        List.of(),
        List.of(new Receipt.ProbeRecord(START.plusSeconds(3), "refused", "accepted")),
        Optional.of(Duration.ofSeconds(3)),
        aftermath);
  }

  private void refuse() {
    RotationRefused refused = refusal;
    if (refused != null) {
      throw refused;
    }
  }

  @Override
  public Receipt start(RotationRequest request) {
    refuse();
    requests.add(request);
    Receipt receipt = receipt(request.secret(), request.cause(), startsAs);
    receipts.add(receipt);
    return receipt;
  }

  @Override
  public RotationPreview preview(RotationRequest request) {
    refuse();
    return new RotationPreview(
        request.secret(),
        new Version("7"),
        Optional.of("old-id"),
        List.of(),
        List.of(Step.ISSUE, Step.REVOKE),
        request.deadline().orElse(Duration.ofSeconds(60)),
        List.of(),
        List.of("something stands in the way"));
  }

  @Override
  public void cancel(RotationId id, String requestedBy) {
    refuse();
    cancelled.add(id);
  }

  @Override
  public Receipt mark(RotationId id, String task, boolean done, String markedBy) {
    refuse();
    marked.add(id + " " + task + " " + done + " " + markedBy);
    return find(id)
        .orElseThrow(
            () ->
                new RotationRefused(
                    RotationRefused.Reason.UNKNOWN_ROTATION, "no rotation has this id"));
  }

  @Override
  public Optional<Receipt> find(RotationId id) {
    return receipts.stream().filter(receipt -> receipt.id().equals(id)).findFirst();
  }

  @Override
  public void rejected(SecretName secret, Version version, String consumer) {
    rejections.add(secret + " " + version + " " + consumer);
  }

  @Override
  public List<Receipt> batch(String name) {
    return batches.getOrDefault(name, List.of());
  }

  @Override
  public List<Receipt> list() {
    return List.copyOf(receipts);
  }
}
