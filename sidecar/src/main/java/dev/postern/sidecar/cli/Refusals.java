package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.Answer;

/** Turns an answer that refuses into a failure that says what to do next. */
final class Refusals {
  private Refusals() {}

  /** The answer itself when the agent did what was asked. */
  static Answer accepted(Answer answer) {
    if (answer.ok()) {
      return answer;
    }
    throw refusal(answer);
  }

  static CommandFailure refusal(Answer answer) {
    return new CommandFailure(ExitCode.ofStatus(answer.status()), message(answer));
  }

  /** In terms of commands where the problem is known; else what the agent says. */
  static String message(Answer answer) {
    Answer.Problem problem = answer.problem();
    return switch (problem.type()) {
      case "unknown-secret" -> "no such secret: `postern list` shows the names";
      case "unknown-rotation" -> "no such rotation: `postern rotations` shows those that are known";
      case "unknown-task" ->
          "no such task: `postern rotations ID` shows those that the rotation left";
      case "not-text" ->
          SafeText.line(problem.detail()) + ": name the field with --field to get its bytes";
      default -> SafeText.line(problem.detail());
    };
  }
}
