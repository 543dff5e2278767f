package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds a rotation by its id, by a beginning that only one id has, or as {@code last}. */
final class RotationLookup {
  private static final int UUID_LENGTH = 36;
  private static final String HINT = "`postern rotations` shows the known ones";

  private final AgentClient admin;

  RotationLookup(AgentClient admin) {
    this.admin = admin;
  }

  Answer all() {
    return Refusals.accepted(admin.get("/v1/rotations"));
  }

  Answer find(String idOrPrefix) {
    String id = idOrPrefix.length() == UUID_LENGTH ? idOrPrefix : resolve(idOrPrefix);
    return Refusals.accepted(admin.get("/v1/rotations/" + AgentClient.escape(id)));
  }

  /** Says that a person did a task; the answer is the rotation as it is then. */
  Answer done(String idOrPrefix, String task) {
    String id = find(idOrPrefix).json().textOr("id", "");
    return Refusals.accepted(
        admin.put(
            "/v1/rotations/" + AgentClient.escape(id) + "/tasks/" + AgentClient.escape(task),
            JsonObject.of(Map.of("state", "done"))));
  }

  /** Asks it to go back; the answer is the rotation as it is then. */
  Answer cancel(String idOrPrefix) {
    String id = find(idOrPrefix).json().textOr("id", "");
    return Refusals.accepted(admin.delete("/v1/rotations/" + AgentClient.escape(id)));
  }

  private String resolve(String prefix) {
    List<JsonObject> rotations = all().list("rotations");
    List<String> ids = rotations.stream().flatMap(one -> one.text("id").stream()).toList();
    if (prefix.equals("last") && !ids.isEmpty()) {
      return ids.getFirst();
    }
    List<String> matching = ids.stream().filter(id -> id.startsWith(prefix)).toList();
    if (matching.isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED, "no rotation %s: %s".formatted(SafeText.line(prefix), HINT));
    }
    if (matching.size() > 1) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s could be any of %s: type more of it"
              .formatted(
                  SafeText.line(prefix),
                  matching.stream().map(SafeText::line).collect(Collectors.joining(", "))));
    }
    return matching.getFirst();
  }
}
