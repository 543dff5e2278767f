package dev.postern.sidecar.cli.report;

import dev.postern.sidecar.cli.client.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A receipt as the agent sends it, with what is missing left empty. Holds no secret. */
public record RotationView(
    String id,
    String secret,
    String kind,
    String cause,
    String reason,
    String requestedBy,
    String order,
    Optional<Instant> flaggedAt,
    Optional<Instant> deadline,
    String state,
    boolean ended,
    Optional<Instant> endedAt,
    String message,
    String oldVersion,
    String newVersion,
    String oldCredential,
    String newCredential,
    List<String> candidates,
    List<Step> steps,
    List<Ack> acknowledged,
    List<String> cut,
    List<Probe> probes,
    OptionalDouble timeToRevokeSeconds,
    String obstacle,
    AftermathView aftermath) {

  /** One step and how long it took, or has been running. */
  public record Step(
      String name,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt,
      OptionalDouble seconds,
      int attempts,
      String problem,
      String detail) {

    public boolean finished() {
      return finishedAt.isPresent();
    }

    private static Step of(JsonObject json) {
      Optional<Instant> started = json.instant("started_at");
      Optional<Instant> finished = json.instant("finished_at");
      OptionalDouble seconds = json.number("seconds");
      if (seconds.isEmpty() && started.isPresent() && finished.isPresent()) {
        seconds = OptionalDouble.of(secondsBetween(started.get(), finished.get()));
      }
      return new Step(
          json.textOr("step", ""),
          started,
          finished,
          seconds,
          (int) json.number("attempts").orElse(1),
          json.textOr("problem", ""),
          json.textOr("detail", ""));
    }
  }

  /** A consumer that is known to hold the new version. */
  public record Ack(String consumer, Optional<Instant> at) {}

  /** What the provider said of both credentials at one moment. */
  public record Probe(Optional<Instant> at, String old, String successor) {

    /** A refusal proves something only beside an accepted control. */
    public boolean proves() {
      return old.toLowerCase(Locale.ROOT).startsWith("refused")
          && successor.toLowerCase(Locale.ROOT).startsWith("accepted");
    }
  }

  public static RotationView of(JsonObject json) {
    return new RotationView(
        json.textOr("id", ""),
        json.textOr("secret", ""),
        json.textOr("kind", ""),
        json.textOr("cause", ""),
        json.textOr("reason", ""),
        json.textOr("requested_by", ""),
        json.textOr("order", ""),
        json.instant("flagged_at"),
        json.instant("deadline"),
        json.textOr("state", ""),
        json.isTrue("ended"),
        json.instant("ended_at"),
        json.textOr("message", ""),
        json.textOr("old_version", ""),
        json.textOr("new_version", ""),
        json.textOr("old_credential", ""),
        json.textOr("new_credential", ""),
        json.texts("candidates"),
        json.objects("steps").stream().map(Step::of).toList(),
        json.objects("acknowledged").stream()
            .map(ack -> new Ack(ack.textOr("consumer", ""), ack.instant("at")))
            .toList(),
        json.texts("cut"),
        json.objects("probes").stream()
            .map(
                probe ->
                    new Probe(
                        probe.instant("at"),
                        probe.textOr("old", ""),
                        probe.textOr("successor", "")))
            .toList(),
        json.number("time_to_revoke_seconds"),
        json.textOr("obstacle", ""),
        AftermathView.of(json));
  }

  /** Whether it was asked for, and no rotator of the fleet has taken it up. */
  public boolean filed() {
    return state.equals("filed");
  }

  /** Whether a rotator of the fleet refused what was filed. */
  public boolean refused() {
    return state.equals("refused");
  }

  public boolean done() {
    return state.equals("done");
  }

  public boolean rolledBack() {
    return state.equals("rolled-back");
  }

  public boolean needsOperator() {
    return state.equals("needs-operator");
  }

  public boolean compromised() {
    return cause.equals("compromised");
  }

  /** Whether nothing more comes of it without a person. */
  public boolean settled() {
    return ended || needsOperator();
  }

  /** Whether the old credential is proven dead, and not merely deleted. */
  public boolean proven() {
    return probes.stream().anyMatch(Probe::proves)
        && steps.stream().anyMatch(step -> step.name().equals("prove") && step.finished());
  }

  /** Whether the provider was told to delete the old credential, and said it has. */
  public boolean revoked() {
    return steps.stream().anyMatch(step -> step.name().equals("revoke") && step.finished());
  }

  static double secondsBetween(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
