package dev.postern.sidecar.agent;

/** The agent cannot start; the message says what to do. */
final class AgentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AgentException(String message) {
    super(message);
  }
}
