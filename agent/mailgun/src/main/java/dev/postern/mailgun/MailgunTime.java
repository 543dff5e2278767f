package dev.postern.mailgun;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;

/** Reads Mailgun's times: {@code 2006-01-02T15:04:05} without a zone, which means UTC. */
final class MailgunTime {
  /** Go's zero time, year 1, is how its servers print "none"; nothing here is older than 1970. */
  private static final Instant EARLIEST = Instant.EPOCH;

  private MailgunTime() {}

  /** Also with a zone or offset; empty where there is none or it can not be read. */
  static Optional<Instant> parse(String text) {
    try {
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
