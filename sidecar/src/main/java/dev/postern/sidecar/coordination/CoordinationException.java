package dev.postern.sidecar.coordination;

/** The agent cannot be one of a fleet; the message says what to do. */
public final class CoordinationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CoordinationException(String message) {
    super(message);
  }
}
