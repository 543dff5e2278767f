package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.JsonObject;

/** A consumer in words. */
final class HoldingText {
  private HoldingText() {}

  /**
   * As the agent describes it, else put together from its parts: {@code uid 1000 pid 4711 (app)}.
   */
  static String consumer(JsonObject holding) {
    if (holding.text("consumer").isPresent()) {
      return holding.textOr("consumer", "");
    }
    JsonObject parts =
        holding.object("consumer").values().isEmpty() ? holding : holding.object("consumer");
    StringBuilder text = new StringBuilder("uid ").append(parts.textOr("uid", "?"));
    parts
        .text("pid")
        .filter(pid -> !pid.equals("0"))
        .ifPresent(pid -> text.append(" pid ").append(pid));
    parts
        .text("name")
        .filter(name -> !name.isEmpty())
        .ifPresent(name -> text.append(" (").append(name).append(')'));
    return text.toString();
  }

  /** Who only watches a secret has nothing of it that could break. */
  static boolean onlyWatches(JsonObject holding) {
    return holding.isTrue("watching") && version(holding).isEmpty();
  }

  /** For how long it has had the version, or watched: {@code 4d}. */
  static String age(JsonObject holding) {
    return ListCommand.age(holding);
  }

  static String version(JsonObject holding) {
    return holding.text("version").or(() -> holding.text("fetched")).orElse("");
  }
}
