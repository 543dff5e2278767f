package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.report.RotationView;
import java.time.Duration;
import java.util.Optional;

/** Asks again and again how a rotation goes, shows it, and says how it ended. */
final class RotationFollower {
  private static final Duration OFTEN = Duration.ofMillis(100);
  private static final Duration SELDOM = Duration.ofMillis(500);
  private static final int OFTEN_ROUNDS = 100;

  private final PatientAgent agent;
  private final Surroundings surroundings;
  private final boolean json;

  RotationFollower(AgentClient admin, Surroundings surroundings, boolean json) {
    this.agent = new PatientAgent(admin, surroundings);
    this.surroundings = surroundings;
    this.json = json;
  }

  ExitCode follow(RotationView started) throws InterruptedException {
    StepProgress progress =
        new StepProgress(
            json ? surroundings.err() : surroundings.out(),
            !json && surroundings.outputIsTerminal(),
            surroundings.time());
    Runnable farewell =
        () ->
            surroundings
                .err()
                .println(
                    "\npostern: not waiting any longer; the rotation goes on: postern rotations "
                        + SafeText.line(started.id()));
    try (Interrupts.Registration _ = surroundings.interrupts().onInterrupt(farewell)) {
      for (int round = 0; ; round++) {
        Optional<Answer> answer = agent.ask("/v1/rotations/" + AgentClient.escape(started.id()));
        if (answer.isPresent()) {
          RotationView now = RotationView.of(answer.get().json());
          progress.show(now);
          if (now.settled()) {
            progress.end();
            return conclude(now, answer.get());
          }
        }
        surroundings.time().sleep(round < OFTEN_ROUNDS ? OFTEN : SELDOM);
      }
    }
  }

  private ExitCode conclude(RotationView rotation, Answer answer) {
    if (json) {
      new JsonOutput(surroundings).print(answer);
    } else {
      surroundings.out().println(SafeText.line(OutcomeText.of(rotation)));
      if (!rotation.candidates().isEmpty() && rotation.needsOperator()) {
        surroundings
            .out()
            .println(SafeText.line("  candidates: " + String.join(", ", rotation.candidates())));
      }
    }
    return OutcomeText.exitCode(rotation);
  }
}
