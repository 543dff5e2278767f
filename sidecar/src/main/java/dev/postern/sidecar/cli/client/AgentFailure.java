package dev.postern.sidecar.cli.client;

import java.nio.file.Path;

/** The agent gave no answer that can be used. The message says what to do. */
public sealed class AgentFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private AgentFailure(String message) {
    super(message);
  }

  /** Nobody listens on the socket. */
  public static final class NoAgent extends AgentFailure {
    private static final long serialVersionUID = 1L;

    NoAgent(Path socket) {
      super(
          "no agent answers on %s: start one with `postern run --config F` or name its socket with --socket"
              .formatted(socket));
    }
  }

  /** The socket's own permissions keep this user out. */
  public static final class Forbidden extends AgentFailure {
    private static final long serialVersionUID = 1L;

    Forbidden(Path socket) {
      super(
          "permission denied on %s: run as a user or group that may use this socket (`ls -l` shows which)"
              .formatted(socket));
    }
  }

  /** The path cannot be a socket's address, or is no socket. */
  public static final class NoSocket extends AgentFailure {
    private static final long serialVersionUID = 1L;

    NoSocket(Path socket, String why) {
      super("%s cannot be an agent's socket: %s".formatted(socket, why));
    }
  }

  /** The agent was reached and said nothing in time. */
  public static final class Silent extends AgentFailure {
    private static final long serialVersionUID = 1L;

    Silent(Path socket, long seconds) {
      super(
          "the agent on %s did not answer within %d s: see its log, and `postern status`"
              .formatted(socket, seconds));
    }
  }

  /** The connection ended before the answer did. */
  public static final class CutOff extends AgentFailure {
    private static final long serialVersionUID = 1L;

    CutOff(Path socket) {
      super(
          "the agent on %s went away in the middle of its answer: see its log, then try again"
              .formatted(socket));
    }
  }

  /** What came back is not what an agent says. */
  public static final class Garbled extends AgentFailure {
    private static final long serialVersionUID = 1L;

    Garbled(Path socket, String why) {
      super(
          "what answers on %s is no postern agent, or another version of it: %s"
              .formatted(socket, why));
    }
  }
}
