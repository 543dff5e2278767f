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
      "Show what is served, what runs, and what would break if a key were revoked now:",
      "the programs that hold a version and would be refused with it."
    },
    footer = "Example: postern status")
final class StatusCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final AdminOptions agent = new AdminOptions();

  @Option(
      names = "--json",
      description = "print secrets, consumers and rotations as one JSON object")
  private boolean json;

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    AgentClient admin = agent.admin(surroundings);
    List<JsonObject> secrets = all(admin, "secrets");
    List<JsonObject> holdings = all(admin, "consumers");
    List<JsonObject> running =
        all(admin, "rotations").stream()
            .filter(rotation -> !RotationView.of(rotation).ended())
            .toList();
    if (json) {
      Map<String, Object> status = new LinkedHashMap<>();
      status.put("secrets", values(secrets));
      status.put("consumers", values(holdings));
      status.put("rotations", values(running));
      new JsonOutput(surroundings).print(JsonObject.of(status));
    } else {
      print(secrets, holdings, running);
    }
    return ExitCode.OK.code();
  }

  private static List<JsonObject> all(AgentClient admin, String what) {
    return Refusals.accepted(admin.get("/v1/" + what), "").json().objects(what);
  }

  private static List<Map<String, Object>> values(List<JsonObject> objects) {
    return objects.stream().map(JsonObject::values).toList();
  }

  private void print(
      List<JsonObject> secrets, List<JsonObject> holdings, List<JsonObject> running) {
    Table table = new Table("NAME", "VERSION", "STATE", "AGE", "HOLD IT", "HOLD AN OLDER ONE");
    for (JsonObject secret : secrets) {
      List<JsonObject> holders = of(secret, holdings);
      long current = holders.stream().filter(one -> holdsCurrent(secret, one)).count();
      table.add(
          secret.textOr("name", ""),
          secret.textOr("version", ""),
          SecretState.of(secret),
          ListCommand.age(secret),
          Long.toString(current),
          Long.toString(holders.size() - current));
    }
    table.print(surroundings.out());
    surroundings.out().println();
    secrets.forEach(secret -> revocation(secret, of(secret, holdings)));
    running.stream().map(RotationView::of).forEach(this::running);
  }

  private void revocation(JsonObject secret, List<JsonObject> holders) {
    String name = secret.textOr("name", "");
    Map<Boolean, List<JsonObject>> byCurrency =
        holders.stream().collect(Collectors.partitioningBy(one -> holdsCurrent(secret, one)));
    List<JsonObject> older = byCurrency.getOrDefault(false, List.of());
    say("%s: revoking older versions now would break %s".formatted(name, names(older)));
    say(
        "%s: revoking version %s now would break %s"
            .formatted(
                name,
                secret.textOr("version", "-"),
                names(byCurrency.getOrDefault(true, List.of()))));
  }

  private void running(RotationView rotation) {
    String step = rotation.steps().isEmpty() ? "" : ", " + rotation.steps().getLast().name();
    say(
        "%s: rotation %s runs (%s), %s%s%s"
            .formatted(
                rotation.secret(),
                rotation.id(),
                rotation.cause(),
                rotation.state(),
                step,
                rotation.message().isEmpty() ? "" : ": " + rotation.message()));
  }

  private void say(String line) {
    surroundings.out().println(SafeText.line(line));
  }

  private static List<JsonObject> of(JsonObject secret, List<JsonObject> holdings) {
    return holdings.stream()
        .filter(holding -> holding.text("secret").equals(secret.text("name")))
        .toList();
  }

  private static boolean holdsCurrent(JsonObject secret, JsonObject holding) {
    return HoldingText.version(holding).equals(secret.textOr("version", ""));
  }

  private static String names(List<JsonObject> holders) {
    return holders.isEmpty()
        ? "nobody"
        : holders.stream()
            .map(one -> HoldingText.consumer(one) + " (version " + HoldingText.version(one) + ")")
            .collect(Collectors.joining(", "));
  }
}
