package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Prints JSON: as it was received on a pipe, made safe on a terminal. */
final class JsonOutput {
  private final Surroundings surroundings;

  JsonOutput(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  void print(Answer answer) {
    print(new String(answer.body(), StandardCharsets.UTF_8));
  }

  void print(JsonObject json) {
    print(json.toJson());
  }

  void print(List<JsonObject> list) {
    print(list.stream().map(JsonObject::toJson).collect(Collectors.joining(",\n ", "[", "]")));
  }

  private void print(String json) {
    String text = json.strip();
    surroundings.out().println(surroundings.outputIsTerminal() ? SafeText.lines(text) : text);
  }
}
