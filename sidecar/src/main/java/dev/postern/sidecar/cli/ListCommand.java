package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "List the secrets that you may read: names, versions and states, never values.",
    footer = "Example: postern list")
final class ListCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final AgentOptions agent = new AgentOptions();

  @Option(names = "--json", description = "print the agent's answer as it is")
  private boolean json;

  ListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Answer answer = Refusals.accepted(agent.client(surroundings).get("/v1/secrets"));
    if (json) {
      new JsonOutput(surroundings).print(answer);
      return ExitCode.OK.code();
    }
    List<JsonObject> secrets = answer.list("secrets");
    if (secrets.isEmpty()) {
      surroundings
          .err()
          .println("postern: you may read no secret: `consumers: allow` in the config decides");
      return ExitCode.OK.code();
    }
    Table table = new Table("NAME", "KIND", "VERSION", "STATE", "AGE");
    for (JsonObject secret : secrets) {
      table.add(
          secret.textOr("name", ""),
          secret.textOr("kind", ""),
          secret.textOr("version", ""),
          SecretState.of(secret),
          age(secret));
    }
    table.print(surroundings.out());
    return ExitCode.OK.code();
  }

  static String age(JsonObject secret) {
    return secret.number("age_seconds").isPresent()
        ? HumanTime.age(secret.number("age_seconds").getAsDouble())
        : "";
  }
}
