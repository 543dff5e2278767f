package dev.postern.kubernetes.api;

import java.time.Duration;
import java.util.Optional;

/** Why a call of the Kubernetes API failed. No message holds a part of an answer. */
public abstract sealed class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String text;

  private ClusterException(String message) {
    super(message);
    this.text = message;
  }

  /** Never null, and fit for an operator to read. */
  @Override
  public String getMessage() {
    return text;
  }

  /** Changed by somebody else since it was read, or there already. */
  public static final class Conflict extends ClusterException {
    private static final long serialVersionUID = 1L;

    public Conflict(String message) {
      super(message);
    }
  }

  /** There is none of that name. */
  public static final class NotFound extends ClusterException {
    private static final long serialVersionUID = 1L;

    public NotFound(String message) {
      super(message);
    }
  }

  /** The service account may not do that, or what was sent is not allowed. */
  public static final class Denied extends ClusterException {
    private static final long serialVersionUID = 1L;

    public Denied(String message) {
      super(message);
    }
  }

  /** No answer, or one that says to come back; a write may have been carried out. */
  public static final class Unavailable extends ClusterException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // No exception of ours is serialised.
    private final Optional<Duration> retryAfter;

    public Unavailable(String message, Optional<Duration> retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    /** What the API asked for. */
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }
}
