package dev.postern.sidecar.cli;

import dev.postern.rotation.RotationRequest;
import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which secrets {@code rotate} is about. */
final class Selection {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "the secrets")
  private List<String> names = List.of();

  @Option(names = "--all", description = "every secret that can be rotated")
  private boolean all;

  @Option(names = "--store", paramLabel = "S", description = "with --all: only those of this store")
  private @Nullable String store;

  @Option(
      names = "--issuer",
      paramLabel = "I",
      description = "with --all: only those of this issuer")
  private @Nullable String issuer;

  @Option(
      names = "--batch",
      paramLabel = "NAME",
      description = {
        "what this bulk rotation is called; run again with the same name, it goes on with what is",
        "left. Made up for several secrets when it is not given"
      })
  private @Nullable String batch;

  /**
   * The name under which all of these rotations are found again; empty for a single secret.
   *
   * @param secrets how many there are
   */
  Optional<String> batch(int secrets, Instant now) {
    if (batch != null && !RotationRequest.isLegalBatch(batch)) {
      throw new CommandFailure(
          ExitCode.USAGE, "--batch is 1 to 63 letters, digits, dots, dashes and underscores");
    }
    boolean many = all || secrets > 1;
    return Optional.ofNullable(batch)
        .or(() -> many ? Optional.of("rotate-" + STAMP.format(now)) : Optional.empty());
  }

  /** How to say the same again. */
  String again(String name) {
    String which =
        all
            ? "--all" + option(" --store ", store) + option(" --issuer ", issuer)
            : String.join(" ", names);
    return "postern rotate " + which + " --batch " + name + " --wait";
  }

  private static String option(String name, @Nullable String value) {
    return value == null ? "" : name + value;
  }

  List<String> names(AgentClient admin) {
    if (all != names.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "name the secrets to rotate, or say --all: " + RotateCommand.HINT);
    }
    if (!all && (store != null || issuer != null)) {
      throw new CommandFailure(ExitCode.USAGE, "--store and --issuer go with --all only");
    }
    return all ? everyMatch(admin) : names;
  }

  /** Of all secrets those that cannot be rotated were not meant; of named ones they were. */
  boolean leavesOut(Answer answer) {
    return all
        && !answer.ok()
        && answer.json().textOr("type", "").equals("urn:postern:problem:not-rotatable");
  }

  private List<String> everyMatch(AgentClient admin) {
    List<JsonObject> secrets = Refusals.accepted(admin.get("/v1/secrets")).list("secrets");
    checkTold(secrets, "store", store);
    checkTold(secrets, "issuer", issuer);
    List<String> matching =
        secrets.stream()
            .filter(secret -> !secret.textOr("kind", "").equals("static"))
            .filter(secret -> matches(secret, "store", store))
            .filter(secret -> matches(secret, "issuer", issuer))
            .flatMap(secret -> secret.text("name").stream())
            .toList();
    if (matching.isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "no secret matches: `postern list` shows all, `static` ones never rotate");
    }
    return matching;
  }

  /** An agent that does not tell would look as if nothing matched. */
  private static void checkTold(
      List<JsonObject> secrets, String property, @Nullable String wanted) {
    if (wanted != null && secrets.stream().allMatch(one -> one.text(property).isEmpty())) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "this agent does not tell which %s its secrets have: name the secrets"
              .formatted(property));
    }
  }

  private static boolean matches(JsonObject secret, String property, @Nullable String wanted) {
    return wanted == null || secret.text(property).equals(Optional.of(wanted));
  }
}
