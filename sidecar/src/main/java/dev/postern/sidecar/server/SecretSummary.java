package dev.postern.sidecar.server;

import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingState;
import dev.postern.sidecar.files.FileState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is said of a secret in a list: everything but its value. */
final class SecretSummary {
  private SecretSummary() {}

  static Map<String, Object> of(SecretDefinition definition, ServingState state, Instant now) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("name", definition.name().value());
    summary.put("kind", definition.kind().wireName());
    switch (state) {
      case ServingState.Empty empty -> {
        summary.put("state", "empty");
        summary.put("tainted", false);
        summary.put("stale", false);
      }
      case ServingState.Holding holding -> {
        ServedVersion served = holding.served();
        summary.put("version", served.version().id());
        summary.put("state", holding.expired(now, definition.maxStale()) ? "expired" : "primary");
        summary.put("tainted", served.tainted());
        summary.put("age_seconds", SecretPage.age(served, now));
        summary.put("staleness_seconds", holding.staleness(now).toSeconds());
        summary.put("stale", holding.stale());
      }
    }
    return summary;
  }

  /** With where it comes from, and why the last look at the store failed. */
  static Map<String, Object> forAdministrators(
      SecretDefinition definition, AdminServer.Services services, Instant now) {
    ServingState state = services.catalog().state(definition.name());
    Map<String, Object> summary = of(definition, state, now);
    summary.put("store", definition.store().name());
    Optional.ofNullable(services.facts().issuers().get(definition.name()))
        .ifPresent(issuer -> summary.put("issuer", issuer));
    services
        .nextRotation()
        .apply(definition.name())
        .ifPresent(at -> summary.put("next_rotation_at", at.toString()));
    List<FileState> files = services.files().apply(definition.name());
    if (!files.isEmpty()) {
      summary.put("files", files.stream().map(FileJson::of).toList());
    }
    state.problem().ifPresent(problem -> summary.put("problem", problem));
    return summary;
  }
}
