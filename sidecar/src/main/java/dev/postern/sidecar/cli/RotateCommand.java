package dev.postern.sidecar.cli;

import dev.postern.rotation.Order;
import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.cli.report.RotationView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rotate",
    description = {
      "Replace a secret at the provider: make a new one, hand it out, kill the old one, prove it dead.",
      "Exit code 0: done (with --wait) or started; 1: went back; 5: a person must act."
    },
    footer = "Example: postern rotate sending-key --compromised --reason \"seen in a log\" --wait")
final class RotateCommand implements Callable<Integer> {
  static final String HINT = "`postern list` shows the names";

  private final Surroundings surroundings;
  @Mixin private final AdminOptions agent = new AdminOptions();
  @Mixin private final Selection selection = new Selection();

  @Option(
      names = "--compromised",
      description = "it has leaked: revoke by the deadline, come what may")
  private boolean compromised;

  @Option(
      names = "--reason",
      paramLabel = "T",
      description = "for the receipt; never write a secret here")
  private String reason = "";

  @Option(
      names = "--deadline",
      paramLabel = "60s",
      description = "instead of the config's deadline")
  private @Nullable String deadline;

  @Option(names = "--order", paramLabel = "ORDER", description = "overlap or revoke-first")
  private @Nullable String order;

  @Option(names = "--dry-run", description = "say what would happen, change nothing")
  private boolean dryRun;

  @Option(names = "--wait", description = "show the progress, end when the rotation has ended")
  private boolean wait;

  @Option(names = "--json", description = "print the receipts (or the preview) as JSON, one a line")
  private boolean json;

  RotateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentClient admin = agent.admin(surroundings);
    List<String> names = selection.names(admin);
    Optional<String> batch = selection.batch(names.size(), surroundings.time().instant());
    try (Interrupts.Registration _ = surroundings.interrupts().onInterrupt(() -> farewell(batch))) {
      return rotate(admin, names, batch).code();
    }
  }

  private ExitCode rotate(AgentClient admin, List<String> names, Optional<String> batch)
      throws InterruptedException {
    JsonObject request = request(batch);
    List<ExitCode> codes = new ArrayList<>();
    List<RotationView> started = new ArrayList<>();
    boolean leftOut = false;
    for (String name : names) {
      Answer answer =
          admin.post("/v1/secrets/%s/rotations".formatted(AgentClient.escape(name)), request);
      if (selection.leavesOut(answer)) {
        say(name, "left out", answer);
        leftOut = true;
      } else if (!answer.ok()) {
        say(name, "not started", answer);
        codes.add(ExitCode.ofStatus(answer.status()));
      } else if (dryRun) {
        preview(answer);
        codes.add(ExitCode.OK);
      } else {
        codes.add(ExitCode.OK);
        started.add(started(answer));
      }
    }
    codes.addAll(follow(admin, started, batch));
    return leftOut && codes.isEmpty() ? ExitCode.REFUSED : ExitCode.worst(codes);
  }

  private List<ExitCode> follow(
      AgentClient admin, List<RotationView> started, Optional<String> batch)
      throws InterruptedException {
    if (started.isEmpty()) {
      return List.of();
    }
    if (!wait) {
      if (started.size() > 1 && !json) {
        batch.ifPresent(
            name ->
                surroundings
                    .out()
                    .println(SafeText.line("follow all of them with: " + selection.again(name))));
      }
      return List.of();
    }
    if (started.size() > 1 && batch.isPresent()) {
      return new BulkFollower(admin, surroundings, json).follow(batch.get(), started);
    }
    return List.of(new RotationFollower(admin, surroundings, json).follow(started.getFirst()));
  }

  /** A single rotation has its own farewell. */
  private void farewell(Optional<String> batch) {
    if (!dryRun) {
      batch.ifPresent(
          name ->
              surroundings
                  .err()
                  .println(
                      SafeText.line(
                          "postern: interrupted; what was started goes on, and this goes on with"
                              + " the rest: "
                              + selection.again(name))));
    }
  }

  private JsonObject request(Optional<String> batch) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("cause", compromised ? "compromised" : "requested");
    request.put("reason", reason);
    if (deadline != null) {
      request.put("deadline", checkedDeadline(deadline));
    }
    if (order != null) {
      request.put("order", checkedOrder(order));
    }
    if (dryRun) {
      request.put("dry_run", true);
    } else {
      batch.ifPresent(name -> request.put("batch", name));
    }
    return JsonObject.of(request);
  }

  private static String checkedDeadline(String deadline) {
    try {
      if (!HumanTime.parse(deadline).isPositive()) {
        throw new CommandFailure(ExitCode.USAGE, "--deadline is longer than no time at all");
      }
      return deadline;
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--deadline: " + e.getMessage());
    }
  }

  private static String checkedOrder(String order) {
    return Order.ofWireName(order)
        .map(Order::wireName)
        .orElseThrow(
            () -> new CommandFailure(ExitCode.USAGE, "--order is overlap or revoke-first"));
  }

  private void say(String name, String what, Answer answer) {
    surroundings
        .err()
        .println(
            "postern: %s: %s: %s".formatted(SafeText.line(name), what, Refusals.message(answer)));
  }

  private void preview(Answer answer) {
    if (json) {
      new JsonOutput(surroundings).print(answer);
    } else {
      PreviewText.print(answer.json(), surroundings.out());
    }
  }

  private RotationView started(Answer answer) {
    RotationView rotation = RotationView.of(answer.json());
    if (json && !wait) {
      new JsonOutput(surroundings).print(answer);
    } else if (!wait) {
      surroundings.out().println(SafeText.line(begun(rotation)));
    }
    return rotation;
  }

  private static String begun(RotationView rotation) {
    String id = rotation.id();
    if (rotation.filed()) {
      return ("%s: filed, and done by the fleet's next rotator of it: %s; see it with: postern"
              + " rotations %s, take it back with: postern rotations %s --cancel")
          .formatted(rotation.secret(), rotation.message(), id, id);
    }
    return (rotation.done()
            ? "%s: rotation %s is done already: postern report %s"
            : "%s: rotation %s started, follow it with: postern rotations %s")
        .formatted(rotation.secret(), id, id);
  }
}
