package dev.postern.sidecar.cli.client;

import java.io.IOException;

/** Not HTTP as the agent speaks it; the message never repeats what was received. */
final class MalformedAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedAnswerException(String message) {
    super(message);
  }
}
