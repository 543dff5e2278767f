package dev.postern.sidecar.cli;

import dev.postern.SecretKind;
import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    description = {
      "Print a secret's value, bare and without a line end, on a pipe.",
      "On a terminal the value is shown only with --field; without it, everything else is."
    },
    footer = "Example: API_KEY=\"$(postern get sending-key)\"")
final class GetCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final AgentOptions agent = new AgentOptions();

  @Parameters(paramLabel = "NAME", description = "the secret")
  private String name = "";

  @Option(
      names = "--field",
      paramLabel = "FIELD",
      description = "the field to print (default: the secret one, such as api_key or password)")
  private @Nullable String field;

  @Option(names = "--json", description = "print the whole answer, values included")
  private boolean json;

  GetCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    AgentClient client = agent.client(surroundings);
    String target = "/v1/secrets/" + AgentClient.escape(name);
    if (field != null && !json) {
      printField(client.get(target + "/" + AgentClient.escape(field)));
      return ExitCode.OK.code();
    }
    Answer answer = Refusals.accepted(client.get(target));
    try {
      JsonObject secret = answer.json();
      if (json) {
        new JsonOutput(surroundings).print(answer);
      } else if (surroundings.outputIsTerminal()) {
        new JsonOutput(surroundings).print(masked(secret));
        surroundings
            .err()
            .println("postern: values are shown with --field F, or when the output is a pipe");
      } else {
        surroundings.out().print(value(secret));
      }
    } finally {
      Arrays.fill(answer.body(), (byte) 0);
    }
    return ExitCode.OK.code();
  }

  private void printField(Answer answer) {
    Refusals.accepted(answer);
    byte[] value = answer.body();
    try {
      if (surroundings.outputIsTerminal()) {
        surroundings.out().println(SafeText.lines(new String(value, StandardCharsets.UTF_8)));
      } else {
        surroundings.out().write(value, 0, value.length);
      }
    } finally {
      Arrays.fill(value, (byte) 0);
    }
  }

  private static JsonObject masked(JsonObject secret) {
    Map<String, Object> shown = new LinkedHashMap<>(secret.values());
    Map<String, String> fields = new LinkedHashMap<>();
    secret.object("fields").values().keySet().forEach(key -> fields.put(key, "***"));
    shown.put("fields", fields);
    return JsonObject.of(shown);
  }

  private String value(JsonObject secret) {
    JsonObject fields = secret.object("fields");
    List<String> names = List.copyOf(fields.values().keySet());
    Optional<String> chosen =
        SecretKind.ofWireName(secret.textOr("kind", ""))
            .filter(kind -> !kind.fields().isEmpty())
            .map(kind -> kind.fields().getLast())
            .or(() -> names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty());
    if (chosen.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s has several fields: choose one with --field: %s"
              .formatted(name, SafeText.line(String.join(", ", names))));
    }
    return fields
        .text(chosen.get())
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.FAILED, "%s has no field %s".formatted(name, chosen.get())));
  }
}
