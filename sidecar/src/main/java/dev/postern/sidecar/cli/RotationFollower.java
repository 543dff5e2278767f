package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.AgentFailure;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.report.RotationView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks again and again how a rotation goes, shows it, and says how it ended. */
final class RotationFollower {
  private static final Duration OFTEN = Duration.ofMillis(100);
  private static final Duration SELDOM = Duration.ofMillis(500);
  private static final int OFTEN_ROUNDS = 100;
  private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(60);

  private final AgentClient admin;
  private final Surroundings surroundings;
  private final boolean json;
  private @Nullable Instant absentSince;

  RotationFollower(AgentClient admin, Surroundings surroundings, boolean json) {
    this.admin = admin;
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
        Optional<Answer> answer = ask(started.id());
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

  /** Empty while the agent is away; it resumes the rotation when it is back. */
  private Optional<Answer> ask(String id) {
    try {
      Answer answer = admin.get("/v1/rotations/" + AgentClient.escape(id));
      if (answer.status() < 500) {
        absentSince = null;
        return Optional.of(Refusals.accepted(answer));
      }
    } catch (AgentFailure.NoAgent | AgentFailure.CutOff | AgentFailure.Silent e) {
      absent(e);
      return Optional.empty();
    }
    absent(null);
    return Optional.empty();
  }

  private void absent(@Nullable AgentFailure failure) {
    Instant now = surroundings.time().instant();
    if (absentSince == null) {
      absentSince = now;
      surroundings
          .err()
          .println("postern: the agent went away, waiting up to 60 s for it to come back");
    } else if (Duration.between(absentSince, now).compareTo(LONGEST_ABSENCE) > 0) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE,
          failure != null
              ? String.valueOf(failure.getMessage())
              : "the agent answers with errors only: see its log");
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
