package dev.postern.linux;

/** A C call that failed, or could not be made at all. */
final class NativeCallException extends Exception {
  private static final long serialVersionUID = 1L;

  /** {@code EPERM}. */
  static final int NOT_PERMITTED = 1;

  /** {@code ESRCH}. */
  static final int NO_SUCH_PROCESS = 3;

  /** {@code ERANGE}. */
  static final int OUT_OF_RANGE = 34;

  private final int errno;

  NativeCallException(String call, int errno) {
    super(call + " failed with errno " + errno);
    this.errno = errno;
  }

  NativeCallException(String message, Throwable cause) {
    super(message, cause);
    this.errno = 0;
  }

  NativeCallException(String message) {
    super(message);
    this.errno = 0;
  }

  /** What the call left there; 0 when it could not be made. */
  int errno() {
    return errno;
  }
}
