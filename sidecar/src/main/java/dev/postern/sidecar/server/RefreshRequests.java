package dev.postern.sidecar.server;

import dev.postern.serving.RefreshOutcome;
import dev.postern.serving.SecretDefinition;
import dev.postern.sidecar.http.JsonBody;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.http.Problem;
import dev.postern.sidecar.http.Reply;
import java.util.Map;
import java.util.Set;

/** Has a store asked now, and tells what came of it. */
final class RefreshRequests {
  private final AdminServer.Services services;

  RefreshRequests(AdminServer.Services services) {
    this.services = services;
  }

  /** Blocks until the store has answered or its deadline has passed. */
  Reply refresh(SecretDefinition secret, String body, Peer peer) {
    JsonBody.parse(body.isEmpty() ? "{}" : body, Set.of());
    Audit.allowed(peer, "refresh", secret.name().value(), "");
    RefreshOutcome outcome = services.refresh().apply(secret.name());
    return switch (outcome.result()) {
      case CHANGED -> summary(secret, outcome, true);
      case UNCHANGED -> summary(secret, outcome, false);
      case REFUSED -> problem(Problem.STORE_REFUSED, outcome);
      case UNREACHABLE -> problem(Problem.STORE_UNREACHABLE, outcome);
      case FAULT -> Reply.problem(Problem.INTERNAL, "see the agent's log");
    };
  }

  private Reply summary(SecretDefinition secret, RefreshOutcome outcome, boolean changed) {
    Map<String, Object> summary =
        SecretSummary.of(secret, outcome.state(), services.time().instant());
    summary.put("changed", changed);
    return Reply.json(200, summary);
  }

  private static Reply problem(Problem problem, RefreshOutcome outcome) {
    return Reply.problem(problem, outcome.state().problem().orElse("it did not say why"));
  }
}
