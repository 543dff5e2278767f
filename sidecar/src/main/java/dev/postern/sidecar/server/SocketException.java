package dev.postern.sidecar.server;

import org.jspecify.annotations.Nullable;

/** A socket could not be set up; the message says where, why, and what to do. */
public final class SocketException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SocketException(String message) {
    this(message, null);
  }

  SocketException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
