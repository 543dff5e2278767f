package dev.postern.journal;

import org.jspecify.annotations.Nullable;

/**
 * Why the record of rotations cannot be read or written. Nothing was changed by the failed call.
 */
public abstract sealed class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String text;

  private JournalException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.text = message;
  }

  /** Never null, and fit for an operator to read. */
  @Override
  public String getMessage() {
    return text;
  }

  /** What is there was not written whole by any version of Postern, or was damaged since. */
  public static final class Corrupt extends JournalException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message) {
      super(message, null);
    }
  }

  /** A newer version of Postern wrote it. */
  public static final class NewerFormat extends JournalException {
    private static final long serialVersionUID = 1L;

    public NewerFormat(String message) {
      super(message, null);
    }
  }

  /** Another agent has it open. */
  public static final class InUse extends JournalException {
    private static final long serialVersionUID = 1L;

    public InUse(String message) {
      super(message, null);
    }
  }

  /**
   * Another agent goes on with this journal: what the present one still has in mind is not to be
   * done. For good; to write again it must be opened anew.
   */
  public static final class Fenced extends JournalException {
    private static final long serialVersionUID = 1L;

    public Fenced(String message) {
      super(message, null);
    }
  }

  /** The disk is full, read-only, or failed to sync: no further act may follow. */
  public static final class Unwritable extends JournalException {
    private static final long serialVersionUID = 1L;

    public Unwritable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
