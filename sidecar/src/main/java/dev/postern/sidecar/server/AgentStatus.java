package dev.postern.sidecar.server;

import dev.postern.SecretMemory;
import dev.postern.consumer.Holding;
import dev.postern.rotation.Receipt;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServingState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The agent at a glance, for an operator: what is served, what runs, what stands in the way. */
final class AgentStatus {
  private final AdminServer.Services services;

  AgentStatus(AdminServer.Services services) {
    this.services = services;
  }

  Map<String, Object> toJson() {
    Instant now = services.time().instant();
    List<Receipt> rotations = services.rotations().list();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("agent_version", services.facts().version());
    json.put("installation", services.facts().installation());
    json.put("stores", services.catalog().stores().stream().map(StoreJson::of).toList());
    json.put("secrets", secrets(now));
    json.put(
        "rotations_in_progress",
        RotationJson.receipts(rotations.stream().filter(one -> !one.ended()).toList()));
    json.put("memory_protection", SecretMemory.process().protection());
    json.put("memory_locked", SecretMemory.process().locked());
    json.put("journal", services.facts().journal());
    json.put("blocking", blocking(rotations));
    return json;
  }

  private List<Map<String, Object>> secrets(Instant now) {
    return services.catalog().definitions().stream()
        .map(secret -> SecretSummary.forAdministrators(secret, services, now))
        .toList();
  }

  /** What a revocation would wait for, or fail for, if it were asked for now. */
  private List<String> blocking(List<Receipt> rotations) {
    List<String> found = new ArrayList<>();
    rotations.stream()
        .filter(one -> one.state().equals(Receipt.FILED))
        .map(AgentStatus::notTakenUp)
        .forEach(found::add);
    for (SecretDefinition secret : services.catalog().definitions()) {
      ServingState state = services.catalog().state(secret.name());
      state.problem().ifPresent(problem -> found.add(secret.name() + ": " + problem));
      services.files().apply(secret.name()).stream()
          .flatMap(file -> FileJson.problem(file).stream())
          .map(problem -> secret.name() + ": " + problem)
          .forEach(found::add);
      if (state instanceof ServingState.Holding holding) {
        Stream.concat(
                services.consumers().holdings(secret.name()).stream(),
                services.elsewhere().apply(secret.name()).stream())
            .filter(held -> lags(held, holding))
            .map(held -> secret.name() + ": " + lag(held, holding))
            .forEach(found::add);
      }
      rotations.stream()
          .filter(one -> one.secret().equals(secret.name()))
          .findFirst()
          .filter(latest -> latest.state().equals(Receipt.NEEDS_OPERATOR))
          .ifPresent(
              latest ->
                  found.add(
                      secret.name()
                          + ": rotation "
                          + latest.id()
                          + " needs an operator: "
                          + latest.message().orElse("see its report")));
    }
    return found;
  }

  private static String notTakenUp(Receipt filed) {
    return "%s: request %s (%s) is filed since %s and not taken up: %s"
        .formatted(
            filed.secret(),
            filed.id(),
            filed.cause().wireName(),
            filed.flaggedAt(),
            filed.message().orElse("its rotator has not answered"));
  }

  private static boolean lags(Holding held, ServingState.Holding current) {
    return !held.acknowledged() || !held.fetched().equals(current.served().version());
  }

  private static String lag(Holding held, ServingState.Holding current) {
    return held.consumer().describe()
        + " holds version "
        + held.fetched()
        + " and has not acknowledged version "
        + current.served().version();
  }
}
