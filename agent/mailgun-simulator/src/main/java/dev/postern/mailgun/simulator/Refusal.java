package dev.postern.mailgun.simulator;

/** A call that ends early with an answer of its own; not a fault of the simulator. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  Refusal(int status, String message) {
    this(Answer.message(status, message));
  }

  Refusal(Answer answer) {
    super("refused with status " + answer.status(), null, false, false);
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }
}
