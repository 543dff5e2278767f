package dev.postern.sidecar.cli;

import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.config.ConfigLoader;
import dev.postern.sidecar.config.ConfigProblem;
import dev.postern.sidecar.config.ConfigResult;
import dev.postern.sidecar.doctor.Row;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = {
      "Check that each store and each issuer of a config can be reached and trusted, accepts the"
          + " agent, and permits what the config needs. Changes nothing; may run beside the agent.",
      "Exit code 1 if anything fails, 4 if all that fails is that somebody does not answer."
    },
    footer = "Example: postern doctor --config /etc/postern/postern.yaml")
final class DoctorCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Supplier<AgentLauncher> launcher;

  @Option(names = "--config", paramLabel = "F", required = true, description = "the config file")
  private Path config = Path.of("");

  @Option(names = "--json", description = "print what was found as a JSON list")
  private boolean json;

  DoctorCommand(Surroundings surroundings, Supplier<AgentLauncher> launcher) {
    this.surroundings = surroundings;
    this.launcher = launcher;
  }

  @Override
  public Integer call() {
    ConfigResult result = ConfigLoader.load(config);
    result.warnings().forEach(this::complain);
    if (!(result instanceof ConfigResult.Valid valid)) {
      result.errors().forEach(this::complain);
      return ExitCode.USAGE.code();
    }
    List<Row> rows = launcher.get().doctor(valid.config());
    if (json) {
      new JsonOutput(surroundings).print(rows.stream().map(DoctorCommand::toJson).toList());
    } else {
      print(rows);
    }
    return exitCode(rows).code();
  }

  private void complain(ConfigProblem problem) {
    surroundings.err().println(SafeText.line(problem.render(config)));
  }

  private void print(List<Row> rows) {
    Table table = new Table("TARGET", "CHECK", "RESULT", "FOUND", "WHAT TO DO");
    for (Row row : rows) {
      Finding finding = row.finding();
      table.add(row.target(), row.check(), result(finding), finding.found(), finding.advice());
    }
    table.print(surroundings.out());
  }

  private static JsonObject toJson(Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("target", row.target());
    json.put("check", row.check());
    json.put("result", result(row.finding()));
    json.put("unreachable", row.finding().outcome() == Outcome.UNREACHABLE);
    json.put("found", row.finding().found());
    json.put("advice", row.finding().advice());
    return JsonObject.of(json);
  }

  private static String result(Finding finding) {
    return finding.outcome().isFailure()
        ? "fail"
        : finding.outcome().name().toLowerCase(Locale.ROOT);
  }

  private static ExitCode exitCode(List<Row> rows) {
    List<Outcome> failures =
        rows.stream().map(row -> row.finding().outcome()).filter(Outcome::isFailure).toList();
    if (failures.isEmpty()) {
      return ExitCode.OK;
    }
    return failures.contains(Outcome.FAIL) ? ExitCode.FAILED : ExitCode.UNREACHABLE;
  }
}
