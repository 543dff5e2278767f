package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.report.RotationView;

/** How a rotation ended, in one line and one code. */
final class OutcomeText {
  private OutcomeText() {}

  static ExitCode exitCode(RotationView rotation) {
    if (rotation.done()) {
      return ExitCode.OK;
    }
    if (rotation.refused()) {
      return ExitCode.REFUSED;
    }
    return rotation.needsOperator() ? ExitCode.NEEDS_PERSON : ExitCode.FAILED;
  }

  static String of(RotationView rotation) {
    String receipt = "receipt: postern report " + rotation.id();
    String message = rotation.message().isEmpty() ? "" : rotation.message() + ", ";
    if (rotation.done()) {
      return "%s: done: %s%s%s, %s"
          .formatted(
              rotation.secret(),
              oldKey(rotation),
              rotation.proven() ? " proven dead" : " revoked",
              timeToRevoke(rotation),
              receipt);
    }
    if (rotation.needsOperator()) {
      return "%s: needs a person: %s%s".formatted(rotation.secret(), message, receipt);
    }
    if (rotation.rolledBack()) {
      return "%s: rolled back: %s%s is still alive, %s"
          .formatted(rotation.secret(), message, oldKey(rotation), receipt);
    }
    return "%s: %s: %s%s".formatted(rotation.secret(), rotation.state(), message, receipt);
  }

  private static String oldKey(RotationView rotation) {
    return rotation.oldCredential().isEmpty()
        ? "the old key"
        : "old key " + rotation.oldCredential();
  }

  private static String timeToRevoke(RotationView rotation) {
    return rotation.timeToRevokeSeconds().isPresent()
        ? ", time to revoke " + HumanTime.elapsed(rotation.timeToRevokeSeconds().getAsDouble())
        : "";
  }
}
