package dev.postern.sidecar.cli;

import dev.postern.rotation.Order;
import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.cli.report.RotationView;
import java.util.ArrayList;
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
    name = "rotate",
    description = {
      "Replace a secret at the provider: make a new one, hand it out, kill the old one, prove it dead.",
      "Exit code 0: done (with --wait) or started; 1: went back; 5: a person must act."
    },
    footer = "Example: postern rotate sending-key --compromised --reason \"seen in a log\" --wait")
final class RotateCommand implements Callable<Integer> {
  static final String HINT = "`postern list` shows the names";

  private final Surroundings surroundings;
  @Mixin private final AdminOptions agent = new AdminOptions();
  @Mixin private final Selection selection = new Selection();

  @Option(
      names = "--compromised",
      description = "it has leaked: revoke by the deadline, come what may")
  private boolean compromised;

  @Option(
      names = "--reason",
      paramLabel = "T",
      description = "for the receipt; never write a secret here")
  private String reason = "";

  @Option(
      names = "--deadline",
      paramLabel = "60s",
      description = "instead of the config's deadline")
  private @Nullable String deadline;

  @Option(names = "--order", paramLabel = "ORDER", description = "overlap or revoke-first")
  private @Nullable String order;

  @Option(names = "--dry-run", description = "say what would happen, change nothing")
  private boolean dryRun;

  @Option(names = "--wait", description = "show the progress, end when the rotation has ended")
  private boolean wait;

  @Option(names = "--json", description = "print the receipts (or the preview) as JSON, one a line")
  private boolean json;

  RotateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentClient admin = agent.admin(surroundings);
    JsonObject request = request();
    List<ExitCode> codes = new ArrayList<>();
    List<RotationView> started = new ArrayList<>();
    boolean leftOut = false;
    for (String name : selection.names(admin)) {
      Answer answer =
          admin.post("/v1/secrets/%s/rotations".formatted(AgentClient.escape(name)), request);
      if (selection.leavesOut(answer)) {
        say(name, "left out", answer);
        leftOut = true;
      } else if (!answer.ok()) {
        say(name, "not started", answer);
        codes.add(ExitCode.ofStatus(answer.status()));
      } else if (dryRun) {
        preview(answer);
        codes.add(ExitCode.OK);
      } else {
        codes.add(ExitCode.OK);
        started.add(started(answer));
      }
    }
    if (wait) {
      RotationFollower follower = new RotationFollower(admin, surroundings, json);
      for (RotationView rotation : started) {
        codes.add(follower.follow(rotation));
      }
    }
    boolean nothing = leftOut && codes.isEmpty();
    return (nothing ? ExitCode.REFUSED : ExitCode.worst(codes)).code();
  }

  private JsonObject request() {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("cause", compromised ? "compromised" : "requested");
    request.put("reason", reason);
    if (deadline != null) {
      request.put("deadline", checkedDeadline(deadline));
    }
    if (order != null) {
      request.put("order", checkedOrder(order));
    }
    if (dryRun) {
      request.put("dry_run", true);
    }
    return JsonObject.of(request);
  }

  private static String checkedDeadline(String deadline) {
    try {
      if (!HumanTime.parse(deadline).isPositive()) {
        throw new CommandFailure(ExitCode.USAGE, "--deadline is longer than no time at all");
      }
      return deadline;
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--deadline: " + e.getMessage());
    }
  }

  private static String checkedOrder(String order) {
    return Order.ofWireName(order)
        .map(Order::wireName)
        .orElseThrow(
            () -> new CommandFailure(ExitCode.USAGE, "--order is overlap or revoke-first"));
  }

  private void say(String name, String what, Answer answer) {
    surroundings
        .err()
        .println(
            "postern: %s: %s: %s".formatted(SafeText.line(name), what, Refusals.message(answer)));
  }

  private void preview(Answer answer) {
    if (json) {
      new JsonOutput(surroundings).print(answer);
    } else {
      PreviewText.print(answer.json(), surroundings.out());
    }
  }

  private RotationView started(Answer answer) {
    RotationView rotation = RotationView.of(answer.json());
    if (json && !wait) {
      new JsonOutput(surroundings).print(answer);
    } else if (!wait) {
      surroundings
          .out()
          .println(
              SafeText.line(
                  "%s: rotation %s started, follow it with: postern rotations %s"
                      .formatted(rotation.secret(), rotation.id(), rotation.id())));
    }
    return rotation;
  }

  /** Which secrets are rotated. */
  static final class Selection {
    @Parameters(paramLabel = "NAME", arity = "0..*", description = "the secrets")
    private List<String> names = List.of();

    @Option(names = "--all", description = "every secret that can be rotated")
    private boolean all;

    @Option(
        names = "--store",
        paramLabel = "S",
        description = "with --all: only those of this store")
    private @Nullable String store;

    @Option(
        names = "--issuer",
        paramLabel = "I",
        description = "with --all: only those of this issuer")
    private @Nullable String issuer;

    List<String> names(AgentClient admin) {
      if (all != names.isEmpty()) {
        throw new CommandFailure(
            ExitCode.USAGE, "name the secrets to rotate, or say --all: " + HINT);
      }
      if (!all && (store != null || issuer != null)) {
        throw new CommandFailure(ExitCode.USAGE, "--store and --issuer go with --all only");
      }
      return all ? everyMatch(admin) : names;
    }

    /** Of all secrets those that cannot be rotated were not meant; of named ones they were. */
    private boolean leavesOut(Answer answer) {
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
}
