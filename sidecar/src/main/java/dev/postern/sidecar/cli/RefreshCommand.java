package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "refresh",
    description = {
      "Ask the store now, instead of at the next turn, and serve what it has.",
      "Exit code 3: the store has no value that can be served; 4: it does not answer."
    },
    footer = "Example: postern refresh sending-key")
final class RefreshCommand implements Callable<Integer> {
  /** Longer than the agent waits for a store, also when a look at it runs already. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Surroundings surroundings;
  @Mixin private final AdminOptions agent = new AdminOptions();

  @Parameters(paramLabel = "NAME", arity = "1..*", description = "the secrets")
  private List<String> names = List.of();

  @Option(names = "--json", description = "print the agent's answers as JSON, one a line")
  private boolean json;

  RefreshCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    AgentClient admin = agent.admin(surroundings, PATIENCE);
    List<ExitCode> codes = new ArrayList<>();
    for (String name : names) {
      Answer answer =
          admin.post(
              "/v1/secrets/%s/refresh".formatted(AgentClient.escape(name)),
              JsonObject.of(Map.of()));
      codes.add(ExitCode.ofStatus(answer.status()));
      if (answer.ok()) {
        print(answer);
      } else {
        surroundings
            .err()
            .println(
                "postern: %s: not refreshed: %s"
                    .formatted(SafeText.line(name), Refusals.message(answer)));
      }
    }
    return ExitCode.worst(codes).code();
  }

  private void print(Answer answer) {
    if (json) {
      new JsonOutput(surroundings).print(answer);
      return;
    }
    JsonObject secret = answer.json();
    surroundings
        .out()
        .println(
            SafeText.line(
                "%s: version %s, %s, %s"
                    .formatted(
                        secret.textOr("name", ""),
                        secret.textOr("version", "-"),
                        SecretState.of(secret),
                        secret.isTrue("changed") ? "new" : "as before")));
  }
}
