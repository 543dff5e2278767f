package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "consumers",
    description = {
      "Show which local programs hold or watch which version of a secret, and since when.",
      "One that only watches (VERSION is -) holds nothing, and no rotation waits for it."
    },
    footer = "Example: postern consumers sending-key")
final class ConsumersCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final AdminOptions agent = new AdminOptions();

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "the secret (default: all)")
  private @Nullable String name;

  @Option(names = "--json", description = "print the agent's answer as it is")
  private boolean json;

  ConsumersCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    String query = name == null ? "" : "?name=" + AgentClient.escape(name);
    Answer answer = Refusals.accepted(agent.admin(surroundings).get("/v1/consumers" + query));
    if (json) {
      new JsonOutput(surroundings).print(answer);
      return ExitCode.OK.code();
    }
    List<JsonObject> holdings = answer.list("consumers");
    if (holdings.isEmpty()) {
      surroundings.err().println("postern: nobody is known to hold a secret");
      return ExitCode.OK.code();
    }
    Table table =
        new Table(
            "SECRET",
            "CONSUMER",
            "VERSION",
            "SINCE",
            "ACKED",
            "WATCHING",
            "CONNECTED",
            "LAST SEEN");
    for (JsonObject holding : holdings) {
      table.add(
          holding.textOr("secret", ""),
          HoldingText.consumer(holding),
          HoldingText.version(holding),
          HoldingText.age(holding),
          HoldingText.onlyWatches(holding) ? "" : yesOrNo(holding, "acknowledged"),
          yesOrNo(holding, "watching"),
          yesOrNo(holding, "connected"),
          holding.instant("last_seen").map(HumanTime::time).orElse(""));
    }
    table.print(surroundings.out());
    return ExitCode.OK.code();
  }

  private static String yesOrNo(JsonObject holding, String member) {
    return holding.isTrue(member) ? "yes" : "no";
  }
}
