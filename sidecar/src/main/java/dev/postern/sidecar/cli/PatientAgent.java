package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.AgentFailure;
import dev.postern.sidecar.cli.client.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks an agent that may restart meanwhile: its rotations go on when it is back. */
final class PatientAgent {
  private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(60);

  private final AgentClient admin;
  private final Surroundings surroundings;
  private @Nullable Instant absentSince;

  PatientAgent(AgentClient admin, Surroundings surroundings) {
    this.admin = admin;
    this.surroundings = surroundings;
  }

  /** Empty while the agent is away. */
  Optional<Answer> ask(String path) {
    try {
      Answer answer = admin.get(path);
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
}
