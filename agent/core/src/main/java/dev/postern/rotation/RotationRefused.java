package dev.postern.rotation;

/** A rotation was not started, joined or cancelled, and nothing was changed. */
public final class RotationRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why, as a closed set. */
  public enum Reason {
    UNKNOWN_SECRET,
    UNKNOWN_ROTATION,
    /** The rotation leaves no such task to a person. */
    UNKNOWN_TASK,
    /** The kind or the config gives no way to make a successor. */
    NOT_ROTATABLE,
    /** The store cannot be written. */
    STORE_READ_ONLY,
    /** A successor is promoted already; going back is not possible. */
    TOO_LATE,
    /** The agent is stopping, or its journal cannot be written. */
    NOT_NOW,
    /** The store could not be asked for the current version. */
    STORE_UNREACHABLE
  }

  private final Reason reason;

  public RotationRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
