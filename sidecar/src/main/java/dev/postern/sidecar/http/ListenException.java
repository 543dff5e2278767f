package dev.postern.sidecar.http;

import org.jspecify.annotations.Nullable;

/** A server could not be set up; the message says where, why, and what to do. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ListenException(String message) {
    this(message, null);
  }

  public ListenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
