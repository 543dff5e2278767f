package dev.postern.issuer;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a provider did not do what it was asked. The message says what failed and what to do; it
 * never holds a credential, a header or a response body.
 */
public abstract sealed class IssuerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String text;

  private IssuerException(String message, @Nullable Throwable cause) {
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

  /** How long the provider asks its callers to stay away, where it does. */
  public Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  /** The admin credential was refused: dead, or not allowed from this address, or wrong region. */
  public static final class Unauthorized extends IssuerException {
    private static final long serialVersionUID = 1L;

    public Unauthorized(String message) {
      super(message, null);
    }
  }

  /** The admin credential is good but may not do this. */
  public static final class Forbidden extends IssuerException {
    private static final long serialVersionUID = 1L;

    public Forbidden(String message) {
      super(message, null);
    }
  }

  /** The provider has disabled the account or the domain: only its support can help. */
  public static final class AccountDisabled extends IssuerException {
    private static final long serialVersionUID = 1L;

    public AccountDisabled(String message) {
      super(message, null);
    }
  }

  /** The account holds as many credentials as it may: one must be removed first. */
  public static final class LimitReached extends IssuerException {
    private static final long serialVersionUID = 1L;

    public LimitReached(String message) {
      super(message, null);
    }
  }

  /** The provider understood the request and refused it as wrong (unknown domain, bad role). */
  public static final class Rejected extends IssuerException {
    private static final long serialVersionUID = 1L;

    public Rejected(String message) {
      super(message, null);
    }
  }

  /** The provider wants fewer calls; nothing was done. */
  public static final class Throttled extends IssuerException {
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

  /** The provider could not be reached or failed, and for certain nothing was done. */
  public static final class Unavailable extends IssuerException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    public boolean isTransient() {
      return true;
    }
  }

  /**
   * The request went out and no usable answer came back, so it may or may not have been carried
   * out. Only thrown by calls that change something; they are settled by listing, never by
   * repeating.
   */
  public static final class OutcomeUnknown extends IssuerException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    public boolean isTransient() {
      return true;
    }
  }

  /** The answer is not one of this provider: HTML, a foreign JSON, a proxy's page. */
  public static final class Malformed extends IssuerException {
    private static final long serialVersionUID = 1L;

    public Malformed(String message) {
      super(message, null);
    }
  }
}
