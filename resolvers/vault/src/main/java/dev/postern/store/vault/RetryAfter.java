package dev.postern.store.vault;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;

/** How long the server asks to be left alone. */
final class RetryAfter {
  private RetryAfter() {}

  /** Vault says seconds, never a date. */
  static Optional<Duration> in(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }
}
