package dev.postern.mailgun;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads Mailgun's times: {@code 2006-01-02T15:04:05} without a zone, which means UTC, and those of
 * RFC 2822.
 */
final class MailgunTime {
  /** Go's zero time, year 1, is how its servers print "none"; nothing here is older than 1970. */
  private static final Instant EARLIEST = Instant.EPOCH;

  private static final DateTimeFormatter MAIL =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

  private MailgunTime() {}

  /** As RFC 2822 wants it. */
  static String mail(Instant time) {
    return MAIL.format(time.atZone(ZoneOffset.UTC));
  }

  /** Also with a zone or offset; empty where there is none or it can not be read. */
  static Optional<Instant> parse(String text) {
    try {
      if (!text.isEmpty() && Character.isLetter(text.charAt(0))) {
        return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME))
            .map(ZonedDateTime::toInstant);
      }
      TemporalAccessor read =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, OffsetDateTime::from, LocalDateTime::from);
      Instant time =
          read instanceof OffsetDateTime exact
              ? exact.toInstant()
              : LocalDateTime.from(read).toInstant(ZoneOffset.UTC);
      return Optional.of(time).filter(EARLIEST::isBefore);
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }
}
