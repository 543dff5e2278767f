package dev.postern.store.conjur;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** What the server said. The body may be a value or a token: it is never printed, and wiped. */
final class Answer implements AutoCloseable {
  private final int status;
  private final byte[] body;
  private final Optional<Duration> retryAfter;

  Answer(int status, byte[] body, Optional<Duration> retryAfter) {
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }

  int status() {
    return status;
  }

  boolean ok() {
    return status == 200 || status == 201;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** The array itself, wiped on {@link #close()}. */
  byte[] exposeBody() {
    return body;
  }

  @Override
  public void close() {
    Arrays.fill(body, (byte) 0);
  }

  @Override
  public String toString() {
    return "Answer[" + status + ", " + body.length + " bytes]";
  }
}
