package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.config.ConfigLoader;
import dev.postern.sidecar.config.ConfigProblem;
import dev.postern.sidecar.config.ConfigResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "validate",
    description =
        "Check a config file and print everything that is wrong with it; exit code 2 if anything is.",
    footer = "Example: postern validate --config /etc/postern/postern.yaml")
final class ValidateCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--config", paramLabel = "F", required = true, description = "the config file")
  private Path config = Path.of("");

  @Option(names = "--json", description = "print the problems as JSON")
  private boolean json;

  ValidateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ConfigResult result = ConfigLoader.load(config);
    List<ConfigProblem> errors =
        switch (result) {
          case ConfigResult.Valid _ -> List.of();
          case ConfigResult.Invalid invalid -> invalid.errors();
        };
    List<ConfigProblem> problems =
        Stream.concat(errors.stream(), result.warnings().stream()).sorted().toList();
    if (json) {
      new JsonOutput(surroundings).print(toJson(errors.isEmpty(), problems));
    } else {
      problems.forEach(
          problem -> surroundings.err().println(SafeText.line(problem.render(config))));
      if (errors.isEmpty()) {
        surroundings.out().println("config is valid");
      }
    }
    return (errors.isEmpty() ? ExitCode.OK : ExitCode.USAGE).code();
  }

  private static JsonObject toJson(boolean valid, List<ConfigProblem> problems) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("valid", valid);
    json.put("problems", problems.stream().map(ValidateCommand::toMap).toList());
    return JsonObject.of(json);
  }

  private static Map<String, Object> toMap(ConfigProblem problem) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
    json.put("line", problem.line());
    json.put("column", problem.column());
    json.put("key", problem.keyPath());
    json.put("message", problem.message());
    return json;
  }
}
