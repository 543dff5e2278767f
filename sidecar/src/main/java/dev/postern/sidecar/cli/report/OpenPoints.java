package dev.postern.sidecar.cli.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a rotation leaves for a person to do. */
final class OpenPoints {
  private OpenPoints() {}

  static List<String> of(RotationView rotation) {
    List<String> points = new ArrayList<>();
    if (rotation.filed()) {
      points.add(
          "the request waits for a rotator, for as long as the pod lives in which it was filed;"
              + " `postern rotations "
              + rotation.id()
              + " --cancel` there takes it back");
    } else if (!rotation.settled()) {
      points.add(
          "wait: the rotation still runs, `postern rotations "
              + rotation.id()
              + "` shows how far it is");
    }
    if (rotation.needsOperator()) {
      points.add(
          rotation.message().isEmpty()
              ? "see the agent's log for what it waits for"
              : rotation.message());
      if (!rotation.candidates().isEmpty()) {
        points.add(
            "find out which of these is the old key, and delete it at the provider: "
                + String.join(", ", rotation.candidates()));
      }
    }
    if (rotation.rolledBack()) {
      points.add(afterRollBack(rotation));
    }
    if (!rotation.cut().isEmpty()) {
      points.add(
          "restart or reload the consumers that were cut: " + String.join(", ", rotation.cut()));
    }
    if (rotation.done() && !rotation.proven()) {
      points.add(
          "try the old key by hand: it was revoked, and the receipt holds no proof of its death");
    }
    if (rotation.done() && rotation.compromised() && !rotation.aftermath().watched()) {
      points.add(
          "look through the provider's log for sends with %s%s that were not yours"
              .formatted(
                  oldKey(rotation), revokedAt(rotation).map(at -> " until " + at).orElse("")));
    }
    addAfterwards(points, rotation);
    return List.copyOf(points);
  }

  private static void addAfterwards(List<String> points, RotationView rotation) {
    AftermathView seen = rotation.aftermath();
    if (!seen.usesAfterRevocation().isEmpty()) {
      points.add(
          "%s was used after its revocation: send the addresses above to the provider's support"
              .formatted(oldKey(rotation)));
    }
    long open = seen.tasks().stream().filter(task -> !task.done()).count();
    if (open > 0) {
      points.add(
          "do the %s above, and say so with `postern rotations %s --done TASK`"
              .formatted(open == 1 ? "one open step" : open + " open steps", rotation.id()));
    }
  }

  private static String afterRollBack(RotationView rotation) {
    return rotation.compromised()
        ? "%s is compromised and still alive: clear the cause, then `postern rotate %s --compromised`, or delete it at the provider by hand"
            .formatted(oldKey(rotation), rotation.secret())
        : "%s is still in use: clear the cause, then `postern rotate %s`"
            .formatted(oldKey(rotation), rotation.secret());
  }

  private static String oldKey(RotationView rotation) {
    return rotation.oldCredential().isEmpty() ? "the old key" : "key " + rotation.oldCredential();
  }

  private static Optional<Instant> revokedAt(RotationView rotation) {
    return rotation.steps().stream()
        .filter(step -> step.name().equals("revoke"))
        .flatMap(step -> step.finishedAt().stream())
        .findFirst();
  }
}
