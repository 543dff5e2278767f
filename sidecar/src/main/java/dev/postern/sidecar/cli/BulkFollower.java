package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.cli.report.RotationView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows many rotations of one batch with one question at a time, and sums up how they ended. */
final class BulkFollower {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final PatientAgent agent;
  private final Surroundings surroundings;
  private final boolean json;
  private final Set<String> printed = new HashSet<>();

  BulkFollower(AgentClient admin, Surroundings surroundings, boolean json) {
    this.agent = new PatientAgent(admin, surroundings);
    this.surroundings = surroundings;
    this.json = json;
  }

  /** Returns when all have ended. */
  List<ExitCode> follow(String batch, List<RotationView> started) throws InterruptedException {
    // By secret: what was filed has another id when it is taken up.
    Map<String, RotationView> known = new LinkedHashMap<>();
    started.forEach(rotation -> known.put(rotation.secret(), rotation));
    BulkProgress progress =
        new BulkProgress(
            json ? surroundings.err() : surroundings.out(),
            !json && surroundings.outputIsTerminal(),
            surroundings.time());
    while (true) {
      Optional<Answer> answer = agent.ask("/v1/rotations?batch=" + AgentClient.escape(batch));
      if (answer.isPresent()) {
        latest(answer.get()).forEach(one -> take(one, known));
        progress.show(List.copyOf(known.values()));
        if (known.values().stream().allMatch(RotationView::settled)) {
          progress.end();
          return conclude(List.copyOf(known.values()));
        }
      }
      surroundings.time().sleep(BETWEEN_LOOKS);
    }
  }

  /** Of each secret. */
  private static Collection<JsonObject> latest(Answer answer) {
    Map<String, JsonObject> bySecret = new LinkedHashMap<>();
    answer.list("rotations").forEach(one -> bySecret.putIfAbsent(one.textOr("secret", ""), one));
    return bySecret.values();
  }

  private void take(JsonObject answered, Map<String, RotationView> known) {
    RotationView now = RotationView.of(answered);
    if (known.replace(now.secret(), now) != null
        && json
        && now.settled()
        && printed.add(now.id())) {
      new JsonOutput(surroundings).print(answered);
    }
  }

  private List<ExitCode> conclude(List<RotationView> ended) {
    List<ExitCode> codes = ended.stream().map(OutcomeText::exitCode).toList();
    if (!json) {
      summary(ended);
    }
    return codes;
  }

  /** What went well first, so that the rest is what stays on the screen. */
  private void summary(List<RotationView> ended) {
    Table table = new Table("SECRET", "OUTCOME", "TIME TO REVOKE", "MESSAGE");
    List<RotationView> sorted = new ArrayList<>(ended);
    sorted.sort(Comparator.comparing(RotationView::done).reversed());
    for (RotationView rotation : sorted) {
      table.add(
          rotation.secret(),
          rotation.state(),
          rotation.timeToRevokeSeconds().isPresent()
              ? HumanTime.elapsed(rotation.timeToRevokeSeconds().getAsDouble())
              : "",
          rotation.done() ? "" : rotation.message() + " (postern report " + rotation.id() + ")");
    }
    table.print(surroundings.out());
    long done = ended.stream().filter(RotationView::done).count();
    surroundings
        .out()
        .println(
            done == ended.size()
                ? "all %d done".formatted(done)
                : "%d of %d done".formatted(done, ended.size()));
  }
}
