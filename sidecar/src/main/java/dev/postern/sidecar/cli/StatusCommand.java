package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.cli.report.RotationView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = {
      "Show what is served, what runs, and what would break if a key were revoked now."
    },
    footer = "Example: postern status")
final class StatusCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final AdminOptions agent = new AdminOptions();

  @Option(
      names = "--json",
      description = "print the agent's answer and the consumers as one JSON object")
  private boolean json;

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    AgentClient admin = agent.admin(surroundings);
    JsonObject status = Refusals.accepted(admin.get("/v1/status")).json();
    List<JsonObject> holdings = Refusals.accepted(admin.get("/v1/consumers")).list("consumers");
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>(status.values());
      all.put("consumers", holdings.stream().map(JsonObject::values).toList());
      new JsonOutput(surroundings).print(JsonObject.of(all));
    } else {
      print(status, holdings);
    }
    return ExitCode.OK.code();
  }

  private void print(JsonObject status, List<JsonObject> holdings) {
    List<JsonObject> secrets = status.objects("secrets");
    say(
        "installation %s, agent %s, memory %s"
            .formatted(
                status.textOr("installation", "-"),
                status.textOr("agent_version", "-"),
                status.isTrue("memory_locked") ? "locked" : "not locked"));
    status.objects("stores").forEach(this::store);
    surroundings.out().println();
    table(secrets, holdings);
    surroundings.out().println();
    secrets.forEach(secret -> revocation(secret, of(secret, holdings)));
    // What is filed is in the way of itself.
    status.objects("rotations_in_progress").stream()
        .map(RotationView::of)
        .filter(rotation -> !rotation.filed())
        .forEach(this::running);
    status.texts("blocking").forEach(reason -> say("in the way: " + reason));
  }

  /** A store that answers is not worth a line. */
  private void store(JsonObject store) {
    if (!store.textOr("state", "answering").equals("answering")) {
      say(
          "store %s: %s since %s%s: %s"
              .formatted(
                  store.textOr("name", ""),
                  store.textOr("state", ""),
                  store.instant("since").map(HumanTime::time).orElse("-"),
                  store
                      .instant("next_look_at")
                      .map(at -> ", asked again at " + HumanTime.time(at))
                      .orElse(""),
                  store.textOr("problem", "it did not say why")));
    }
  }

  private void table(List<JsonObject> secrets, List<JsonObject> holdings) {
    Table table =
        new Table(
            "NAME",
            "VERSION",
            "STATE",
            "AGE",
            "HOLD IT",
            "HOLD AN OLDER ONE",
            "WATCH",
            "NEXT ROTATION");
    for (JsonObject secret : secrets) {
      List<JsonObject> known = of(secret, holdings);
      List<JsonObject> holders = holders(known);
      long current = holders.stream().filter(one -> holdsCurrent(secret, one)).count();
      table.add(
          secret.textOr("name", ""),
          secret.textOr("version", ""),
          SecretState.of(secret),
          ListCommand.age(secret),
          Long.toString(current),
          Long.toString(holders.size() - current),
          Long.toString(known.stream().filter(one -> one.isTrue("watching")).count()),
          secret.instant("next_rotation_at").map(HumanTime::time).orElse(""));
    }
    table.print(surroundings.out());
  }

  /**
   * A revocation of the version in use goes through a rotation; of an older one it could be now.
   */
  private void revocation(JsonObject secret, List<JsonObject> known) {
    Map<Boolean, List<JsonObject>> byCurrency =
        holders(known).stream()
            .collect(Collectors.partitioningBy(one -> holdsCurrent(secret, one)));
    say(
        "%s: revoking version %s now would break %s; revoking what was before it, %s%s"
            .formatted(
                secret.textOr("name", ""),
                secret.textOr("version", "-"),
                names(byCurrency.getOrDefault(true, List.of())),
                names(byCurrency.getOrDefault(false, List.of())),
                watchers(known)));
  }

  private void running(RotationView rotation) {
    String step = rotation.steps().isEmpty() ? "" : ", " + rotation.steps().getLast().name();
    String message = rotation.message().isEmpty() ? "" : ": " + rotation.message();
    say(
        "%s: rotation %s runs (%s), %s%s%s"
            .formatted(
                rotation.secret(),
                rotation.id(),
                rotation.cause(),
                rotation.state(),
                step,
                message));
  }

  private void say(String line) {
    surroundings.out().println(SafeText.line(line));
  }

  private static List<JsonObject> of(JsonObject secret, List<JsonObject> holdings) {
    return holdings.stream()
        .filter(holding -> holding.text("secret").equals(secret.text("name")))
        .toList();
  }

  private static List<JsonObject> holders(List<JsonObject> known) {
    return known.stream().filter(one -> !HoldingText.onlyWatches(one)).toList();
  }

  /** Those who are told of the next version, and would not miss this one. */
  private static String watchers(List<JsonObject> known) {
    List<String> names =
        known.stream()
            .filter(HoldingText::onlyWatches)
            .map(one -> HoldingText.consumer(one) + since(one))
            .toList();
    return names.isEmpty() ? "" : "; only watched by " + String.join(", ", names);
  }

  private static String since(JsonObject holding) {
    String age = HoldingText.age(holding);
    return age.isEmpty() ? "" : " for " + age;
  }

  private static boolean holdsCurrent(JsonObject secret, JsonObject holding) {
    return HoldingText.version(holding).equals(secret.textOr("version", ""));
  }

  private static String names(List<JsonObject> holders) {
    return holders.isEmpty()
        ? "nobody"
        : holders.stream()
            .map(
                one ->
                    HoldingText.consumer(one)
                        + " with version "
                        + HoldingText.version(one)
                        + since(one))
            .collect(Collectors.joining(", "));
  }
}
