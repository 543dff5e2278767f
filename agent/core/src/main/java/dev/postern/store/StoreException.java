package dev.postern.store;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a store did not do what it was asked. The message says what failed, for which path, and what
 * to do; it never holds a value, a token or a vendor's response body.
 *
 * <p>Whether waiting helps is decided here, once: see {@link #isTransient()}.
 */
public abstract sealed class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String text;

  private StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.text = message;
  }

  /** Never null, and fit for an operator to read. */
  @Override
  public String getMessage() {
    return text;
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  public boolean isTransient() {
    return false;
  }

  /** How long the store asks its callers to stay away, where it does. */
  public Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  /** There is no such path, version or field; some stores say this to hide what may not be read. */
  public static final class NotFound extends StoreException {
    private static final long serialVersionUID = 1L;

    public NotFound(String message) {
      super(message, null);
    }
  }

  /** The store knows who asks and refuses, or does not accept the agent's own credentials. */
  public static final class Denied extends StoreException {
    private static final long serialVersionUID = 1L;

    public Denied(String message) {
      super(message, null);
    }

    public Denied(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The store could not be reached, or failed on its side. */
  public static final class Unavailable extends StoreException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    public boolean isTransient() {
      return true;
    }
  }

  /** The store wants fewer calls. */
  public static final class Throttled extends StoreException {
    private static final long serialVersionUID = 1L;
    private final transient Optional<Duration> retryAfter;

    public Throttled(String message, Optional<Duration> retryAfter) {
      super(message, null);
      this.retryAfter = retryAfter;
    }

    @Override
    public boolean isTransient() {
      return true;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** What the store holds cannot be understood: not the expected format, damaged, or truncated. */
  public static final class Malformed extends StoreException {
    private static final long serialVersionUID = 1L;

    public Malformed(String message) {
      super(message, null);
    }

    public Malformed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Somebody else wrote in between: the current version is not the expected one, or a pending
   * version of another rotation is there. Nothing was overwritten.
   */
  public static final class Conflict extends StoreException {
    private static final long serialVersionUID = 1L;

    public Conflict(String message) {
      super(message, null);
    }
  }

  /** The store cannot do this at all; see {@link SecretStore#capabilities()}. */
  public static final class Unsupported extends StoreException {
    private static final long serialVersionUID = 1L;

    public Unsupported(String message) {
      super(message, null);
    }
  }
}
