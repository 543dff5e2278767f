package dev.postern.sidecar.server;

import dev.postern.RotationId;
import dev.postern.rotation.RotationService;
import dev.postern.sidecar.http.BadRequestException;
import dev.postern.sidecar.http.JsonBody;
import dev.postern.sidecar.http.Reply;
import java.util.Optional;
import java.util.Set;

/** A person says of a task that a rotation left that it is done, or open again. */
final class TaskMarks {
  private static final Set<String> MEMBERS = Set.of("state");

  private final RotationService rotations;

  TaskMarks(RotationService rotations) {
    this.rotations = rotations;
  }

  Reply mark(AdminRequests.Request request) {
    boolean done = done(JsonBody.parse(request.body(), MEMBERS));
    Optional<RotationId> id = AdminRequests.idOf(request.target().segment(2));
    if (id.isEmpty()) {
      return AdminRequests.unknownRotation();
    }
    Audit.allowed(request.peer(), done ? "task-done" : "task-open", id.get().toString(), "");
    return Reply.json(
        200,
        RotationJson.receipt(
            rotations.mark(
                id.get(),
                request.target().segment(4),
                done,
                request.peer().asConsumer().describe())));
  }

  private static boolean done(JsonBody body) {
    return switch (body.text("state").orElse("")) {
      case "done" -> true;
      case "open" -> false;
      default -> throw new BadRequestException("state is one of done, open");
    };
  }
}
