package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.cli.report.AftermathView;
import dev.postern.sidecar.cli.report.RotationView;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rotations",
    description =
        "List rotations, running and ended, the latest first; or show one with its steps.",
    footer = "Example: postern rotations last")
final class RotationsCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final AdminOptions agent = new AdminOptions();

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = "a rotation's id, its beginning, or `last`")
  private @Nullable String id;

  @Option(names = "--json", description = "print the agent's answer as it is")
  private boolean json;

  @Option(
      names = "--done",
      paramLabel = "TASK",
      description = "say that you did a task that rotation ID left to a person")
  private @Nullable String done;

  @Option(
      names = "--cancel",
      description = "ask rotation ID to go back, as long as its successor is not promoted")
  private boolean cancel;

  RotationsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    RotationLookup lookup = new RotationLookup(agent.admin(surroundings));
    Answer answer = answer(lookup);
    if (json) {
      new JsonOutput(surroundings).print(answer);
    } else if (id == null) {
      list(answer.list("rotations"));
    } else {
      show(RotationView.of(answer.json()));
    }
    return ExitCode.OK.code();
  }

  private Answer answer(RotationLookup lookup) {
    if (id == null) {
      if (done != null || cancel) {
        throw new CommandFailure(
            ExitCode.USAGE, (cancel ? "--cancel" : "--done") + " goes with a rotation's ID");
      }
      return lookup.all();
    }
    if (cancel) {
      return lookup.cancel(id);
    }
    return done == null ? lookup.find(id) : lookup.done(id, done);
  }

  private void list(List<JsonObject> rotations) {
    if (rotations.isEmpty()) {
      surroundings
          .err()
          .println("postern: no rotation has run yet: start one with `postern rotate`");
      return;
    }
    Table table = new Table("ID", "SECRET", "CAUSE", "STATE", "FLAGGED", "TIME TO REVOKE");
    rotations.stream()
        .map(RotationView::of)
        .forEach(
            one ->
                table.add(
                    one.id(),
                    one.secret(),
                    one.cause(),
                    one.state(),
                    one.flaggedAt().map(HumanTime::time).orElse(""),
                    timeToRevoke(one)));
    table.print(surroundings.out());
  }

  private void show(RotationView rotation) {
    PrintStream out = surroundings.out();
    line("rotation", rotation.id());
    line("secret", "%s (%s)".formatted(rotation.secret(), rotation.kind()));
    line("cause", rotation.cause() + (rotation.reason().isEmpty() ? "" : ": " + rotation.reason()));
    line("asked by", rotation.requestedBy());
    line("flagged", rotation.flaggedAt().map(HumanTime::time).orElse("-"));
    line("deadline", rotation.deadline().map(HumanTime::time).orElse("-"));
    boolean runs = !rotation.settled() && !rotation.filed();
    line("state", rotation.state() + (runs ? " (running)" : ""));
    if (!rotation.message().isEmpty()) {
      line("message", rotation.message());
    }
    if (!rotation.candidates().isEmpty()) {
      line("candidates", String.join(", ", rotation.candidates()));
    }
    line("time to revoke", timeToRevoke(rotation).isEmpty() ? "-" : timeToRevoke(rotation));
    Table table = new Table("STEP", "STARTED", "TOOK", "ATTEMPTS", "DETAIL");
    for (RotationView.Step step : rotation.steps()) {
      table.add(
          step.name(),
          step.startedAt().map(HumanTime::time).orElse(""),
          step.seconds().isPresent() ? HumanTime.elapsed(step.seconds().getAsDouble()) : "",
          Integer.toString(step.attempts()),
          step.finished() || step.problem().isEmpty() ? step.detail() : step.problem());
    }
    out.println();
    table.print(out);
    if (!rotation.aftermath().tasks().isEmpty()) {
      out.println();
      tasks(rotation.aftermath().tasks()).print(out);
    }
  }

  private static Table tasks(List<AftermathView.Task> tasks) {
    Table table = new Table("TASK FOR A PERSON", "STATE", "WHAT TO DO");
    tasks.forEach(
        task ->
            table.add(
                task.id(),
                task.state(),
                task.link().isEmpty() ? task.text() : task.text() + ": " + task.link()));
    return table;
  }

  private void line(String name, String text) {
    surroundings.out().println("%-14s  %s".formatted(name, SafeText.line(text)));
  }

  private static String timeToRevoke(RotationView rotation) {
    return rotation.timeToRevokeSeconds().isPresent()
        ? HumanTime.elapsed(rotation.timeToRevokeSeconds().getAsDouble())
        : "";
  }
}
