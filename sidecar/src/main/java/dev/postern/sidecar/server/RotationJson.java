package dev.postern.sidecar.server;

import dev.postern.rotation.Obstacle;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationPreview;
import dev.postern.rotation.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rotations as JSON: maps of snake_case members, times in ISO 8601, durations in seconds. A member
 * without a value is left out.
 */
public final class RotationJson {
  private RotationJson() {}

  public static Map<String, Object> receipt(Receipt receipt) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", receipt.id().toString());
    json.put("secret", receipt.secret().value());
    json.put("kind", receipt.kind().wireName());
    json.put("cause", receipt.cause().wireName());
    json.put("reason", receipt.reason());
    json.put("requested_by", receipt.requestedBy());
    json.put("order", receipt.order().wireName());
    json.put("flagged_at", receipt.flaggedAt().toString());
    json.put("deadline", receipt.deadline().toString());
    json.put("state", receipt.state());
    json.put("ended", receipt.ended());
    put(json, "ended_at", receipt.endedAt());
    put(json, "message", receipt.message());
    put(json, "obstacle", receipt.obstacle().map(Obstacle::wireName));
    json.put("old_version", receipt.oldVersion().id());
    put(json, "new_version", receipt.newVersion());
    put(json, "old_credential", receipt.oldCredential());
    put(json, "new_credential", receipt.newCredential());
    json.put("candidates", receipt.candidates());
    json.put("steps", receipt.steps().stream().map(RotationJson::step).toList());
    json.put("acknowledged", receipt.acknowledged().stream().map(RotationJson::ack).toList());
    json.put("cut", receipt.cut());
    json.put("probes", receipt.probes().stream().map(RotationJson::probe).toList());
    receipt.timeToRevoke().ifPresent(time -> json.put("time_to_revoke_seconds", seconds(time)));
    receipt.aftermath().ifPresent(seen -> AftermathJson.put(json, seen));
    return json;
  }

  public static Map<String, Object> preview(RotationPreview preview) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("secret", preview.secret().value());
    json.put("current_version", preview.currentVersion().id());
    put(json, "old_credential", preview.oldCredential());
    json.put("candidates", preview.candidates());
    json.put("steps", preview.steps().stream().map(Step::wireName).toList());
    json.put("deadline_seconds", seconds(preview.deadline()));
    json.put("holders", preview.holders().stream().map(ConsumerJson::of).toList());
    json.put("warnings", preview.warnings());
    return json;
  }

  private static Map<String, Object> step(Receipt.StepRecord step) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("step", step.step().wireName());
    json.put("started_at", step.startedAt().toString());
    put(json, "finished_at", step.finishedAt());
    step.finishedAt()
        .ifPresent(end -> json.put("seconds", seconds(Duration.between(step.startedAt(), end))));
    json.put("attempts", step.attempts());
    put(json, "problem", step.problem());
    put(json, "detail", step.detail());
    return json;
  }

  private static Map<String, Object> ack(Receipt.AckRecord ack) {
    return both("consumer", ack.consumer(), "at", ack.at());
  }

  private static Map<String, Object> probe(Receipt.ProbeRecord probe) {
    Map<String, Object> json = both("old", probe.old(), "at", probe.at());
    json.put("successor", probe.successor());
    return json;
  }

  private static Map<String, Object> both(String name, String value, String when, Instant at) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(when, at.toString());
    json.put(name, value);
    return json;
  }

  static void put(Map<String, Object> json, String name, Optional<?> value) {
    value.ifPresent(present -> json.put(name, present.toString()));
  }

  static Object seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** For lists. */
  public static List<Map<String, Object>> receipts(List<Receipt> receipts) {
    return receipts.stream().map(RotationJson::receipt).toList();
  }
}
