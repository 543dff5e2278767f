package dev.postern.mailgun.simulator;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The vendor's several ways to write a time, all of them UTC. */
final class Timestamps {
  private static final DateTimeFormatter NO_ZONE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);
  private static final DateTimeFormatter MAIL =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH);
  private static final DateTimeFormatter WEB =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

  private Timestamps() {}

  /** {@code 2006-01-02T15:04:05}, of keys. */
  static String withoutZone(Instant instant) {
    return NO_ZONE.format(utc(instant));
  }

  /** {@code 2006-01-02T15:04:05.000000}, of users. */
  static String microseconds(Instant instant) {
    return MICROSECONDS.format(utc(instant));
  }

  /** RFC 2822 with a numeric offset, of SMTP credentials and logs. */
  static String mail(Instant instant) {
    return MAIL.format(utc(instant));
  }

  /** RFC 1123, of domains. */
  static String web(Instant instant) {
    return WEB.format(utc(instant));
  }

  /** With milliseconds, of log items. */
  static String event(Instant instant) {
    return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.MILLIS));
  }

  /**
   * @throws java.time.DateTimeException when it is not RFC 2822
   */
  static Instant ofMail(String text) {
    return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  private static ZonedDateTime utc(Instant instant) {
    return instant.atZone(ZoneOffset.UTC);
  }
}
