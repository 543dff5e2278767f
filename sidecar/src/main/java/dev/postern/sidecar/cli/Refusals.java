package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.Answer;

/** Turns an answer that refuses into a failure that says what to do next. */
final class Refusals {
  private Refusals() {}

  /** The answer itself when the agent did what was asked. */
  static Answer accepted(Answer answer, String hint) {
    if (answer.ok()) {
      return answer;
    }
    throw refusal(answer, hint);
  }

  static CommandFailure refusal(Answer answer, String hint) {
    return new CommandFailure(ExitCode.ofStatus(answer.status()), message(answer, hint));
  }

  static String message(Answer answer, String hint) {
    String detail = SafeText.line(answer.problem().detail());
    boolean unknownOrDenied = answer.status() == 403 || answer.status() == 404;
    return unknownOrDenied && !hint.isEmpty() ? detail + ": " + hint : detail;
  }
}
