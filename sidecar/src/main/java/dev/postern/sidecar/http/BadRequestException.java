package dev.postern.sidecar.http;

/** What the client sent cannot be understood; the message tells it what to send instead. */
public final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadRequestException(String message) {
    super(message);
  }

  public Reply toReply() {
    return Reply.problem(Problem.BAD_REQUEST, String.valueOf(getMessage()));
  }
}
