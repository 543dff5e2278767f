package dev.postern.sidecar.cli.report;

import dev.postern.sidecar.cli.HumanTime;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/** What both kinds of document say of a rotation, as plain text. */
final class Facts {
  private Facts() {}

  static String outcome(RotationView rotation) {
    String old =
        rotation.oldCredential().isEmpty() ? "the old key" : "old key " + rotation.oldCredential();
    if (rotation.proven()) {
      return "%s: %s is proven dead%s"
          .formatted(
              rotation.state(),
              old,
              timeToRevoke(rotation).map(time -> ", time to revoke " + time).orElse(""));
    }
    String message = rotation.message().isEmpty() ? "" : ": " + rotation.message();
    return rotation.revoked()
        ? "%s: %s is revoked, not proven dead%s".formatted(rotation.state(), old, message)
        : "%s: %s is not revoked%s".formatted(rotation.state(), old, message);
  }

  /** In the order in which they are shown; what is not known is left out. */
  static SequencedMap<String, String> table(RotationView rotation) {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("rotation", rotation.id());
    facts.put("secret", rotation.secret());
    facts.put("kind", rotation.kind());
    facts.put("cause", rotation.cause());
    facts.put("reason", rotation.reason());
    facts.put("flagged by", rotation.requestedBy());
    facts.put("flagged at", rotation.flaggedAt().map(Object::toString).orElse(""));
    facts.put("deadline", rotation.deadline().map(Object::toString).orElse(""));
    facts.put("ended at", rotation.endedAt().map(Object::toString).orElse(""));
    facts.put("order", rotation.order());
    facts.put("old version", rotation.oldVersion());
    facts.put("new version", rotation.newVersion());
    facts.put("old key", rotation.oldCredential());
    facts.put("new key", rotation.newCredential());
    facts.put("obstacle", rotation.obstacle());
    facts.put("time to revoke", timeToRevoke(rotation).orElse(""));
    facts.values().removeIf(String::isEmpty);
    return facts;
  }

  static String took(RotationView.Step step) {
    return step.seconds().isPresent()
        ? HumanTime.elapsed(step.seconds().getAsDouble())
        : "not finished";
  }

  /** What came of a step, or what stands in its way. */
  static String result(RotationView.Step step) {
    if (step.problem().isEmpty()) {
      return step.detail();
    }
    return step.finished()
        ? (step.detail() + " (before that: " + step.problem() + ")").strip()
        : step.problem();
  }

  private static Optional<String> timeToRevoke(RotationView rotation) {
    return rotation.timeToRevokeSeconds().isPresent()
        ? Optional.of(HumanTime.elapsed(rotation.timeToRevokeSeconds().getAsDouble()))
        : Optional.empty();
  }
}
