package dev.postern.mailgun;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How long a 429 asks to stay away. Mailgun's own Go client reads {@code X-RateLimit-Reset} in Unix
 * seconds, its Python client {@code Retry-After}. The latter goes first where it is a number,
 * because it does not depend on both clocks being right. The Domains API is documented to say it in
 * its body.
 */
final class RetryAfter {
  /** Beyond this a header is broken or a clock wrong; asking again after it does no harm. */
  static final Duration LONGEST = Duration.ofHours(1);

  /** A smaller number can not be a time of this century: some gateways send seconds to wait. */
  private static final long SMALLEST_UNIX_TIME = 1_000_000_000L;

  private RetryAfter() {}

  static Optional<Duration> of(Reply reply, InstantSource clock) {
    Optional<String> retryAfter = reply.header("Retry-After").map(String::strip);
    return retryAfter
        .flatMap(RetryAfter::number)
        .map(Duration::ofSeconds)
        .or(() -> retryAfter.flatMap(RetryAfter::date).map(time -> between(clock, time)))
        .or(
            () ->
                reply
                    .header("X-RateLimit-Reset")
                    .map(String::strip)
                    .flatMap(RetryAfter::number)
                    .map(seconds -> untilReset(clock, seconds)))
        .or(() -> retrySeconds(reply))
        .map(RetryAfter::bounded);
  }

  /** What the Domains API puts into its body. */
  private static Optional<Duration> retrySeconds(Reply reply) {
    return reply
        .jsonObject()
        .map(object -> object.get("retry-seconds"))
        .filter(Integer.class::isInstance)
        .map(seconds -> Duration.ofSeconds((Integer) seconds));
  }

  private static Duration untilReset(InstantSource clock, long seconds) {
    return seconds < SMALLEST_UNIX_TIME
        ? Duration.ofSeconds(seconds)
        : between(clock, Instant.ofEpochSecond(seconds));
  }

  private static Duration between(InstantSource clock, Instant time) {
    return Duration.between(clock.instant(), time);
  }

  private static Optional<Long> number(String text) {
    boolean digits =
        !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration asked) {
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }
}
