package dev.postern.linux;

/** A C call that failed, or could not be made at all. */
final class NativeCallException extends Exception {
  private static final long serialVersionUID = 1L;

  NativeCallException(String call, int errno) {
    super(call + " failed with errno " + errno);
  }

  NativeCallException(String message, Throwable cause) {
    super(message, cause);
  }

  NativeCallException(String message) {
    super(message);
  }
}
