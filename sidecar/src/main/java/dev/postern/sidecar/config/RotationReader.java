package dev.postern.sidecar.config;

import dev.postern.SecretKind;
import dev.postern.SecretKind.Succession;
import dev.postern.rotation.Order;
import dev.postern.rotation.WithoutSuccessor;
import dev.postern.sidecar.schedule.CronWindow;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code rotation} of one secret. */
final class RotationReader {
  private static final Set<String> KEYS =
      Set.of(
          "max-age",
          "window",
          "deadline",
          "grace",
          "order",
          "without-successor",
          "strategy",
          "logins",
          "watch");

  /** A day on which every expression has its next time ahead, whatever day it is. */
  private static final Instant SOME_DAY = Instant.parse("2000-01-01T00:00:00Z");

  private final SecretKind kind;
  private final Optional<String> domain;

  RotationReader(SecretKind kind, Optional<String> domain) {
    this.kind = kind;
    this.domain = domain;
  }

  /** What holds for the secret, whether or not its section says something. */
  RotationConfig read(Section secret) {
    Optional<Section> own = secret.section("rotation");
    if (own.isEmpty()) {
      if (kind == SecretKind.MAILGUN_SMTP && secret.has("issuer") && !secret.has("rotation")) {
        secret.errorHere("'rotation' is missing; " + LoginsReader.NAME_THEM);
      }
      return RotationConfig.DEFAULT;
    }
    return read(own.get(), secret.has("issuer"));
  }

  private RotationConfig read(Section section, boolean issued) {
    section.onlyKeys(KEYS);
    RotationConfig fallback = RotationConfig.DEFAULT;
    Optional<Duration> maxAge = section.optional("max-age", Readers.duration("1s", "3650d"));
    Order order =
        section.withDefault("order", ValueReader.oneOf(List.of(Order.values())), fallback.order());
    if (kind.succession() == Succession.REGENERATED
        && section.has("order")
        && order == Order.OVERLAP) {
      section.warning(
          "order",
          "a " + kind.wireName() + " is always revoked first: the provider has only one at a time");
    }
    Optional<WindowConfig> window = section.section("window").flatMap(RotationReader::window);
    if (section.has("window") && !section.has("max-age")) {
      section.warningHere(
          "'window' is for scheduled rotations, and without 'max-age' there are none");
    }
    return new RotationConfig(
        maxAge,
        window,
        section.withDefault("deadline", Readers.duration("1s", "1h"), fallback.deadline()),
        section.withDefault("grace", Readers.duration("1ms", "30d"), fallback.grace()),
        order,
        section.withDefault(
            "without-successor",
            ValueReader.oneOf(List.of(WithoutSuccessor.values())),
            fallback.withoutSuccessor()),
        section.withDefault("watch", Readers.duration("0s", "30d"), fallback.watch()),
        new LoginsReader(kind, domain).read(section, issued));
  }

  private static Optional<WindowConfig> window(Section section) {
    section.onlyKeys(Set.of("cron", "for", "zone"));
    Optional<String> cron = section.required("cron", RotationReader::cron);
    Optional<Duration> length = section.required("for", Readers.duration("1m", "7d"));
    ZoneId zone = section.withDefault("zone", RotationReader::zone, ZoneOffset.UTC);
    return cron.flatMap(c -> length.map(l -> new WindowConfig(c, l, zone)));
  }

  private static Reading<String> cron(Value value) {
    String expected =
        "five fields of unix cron (minute, hour, day, month, weekday) such as \"0 2 * * 1-5\"";
    if (!value.isText()) {
      return value.expected(expected);
    }
    try {
      CronWindow window = CronWindow.of(value.text(), Duration.ofMinutes(1), ZoneOffset.UTC);
      return window.openFrom(SOME_DAY).equals(Instant.MAX)
          ? Reading.refused("this time never comes; check the day and the month")
          : Reading.of(value.text());
    } catch (IllegalArgumentException e) {
      return value.expected(expected);
    }
  }

  private static Reading<ZoneId> zone(Value value) {
    Set<String> known = new HashSet<>(ZoneId.getAvailableZoneIds());
    if (value.isText() && known.contains(value.text())) {
      try {
        return Reading.of(ZoneId.of(value.text()));
      } catch (DateTimeException withoutRules) {
        return value.expected("a time zone such as Europe/Berlin or UTC");
      }
    }
    String hint = value.isText() ? NearestWord.hint(value.text(), known) : "";
    return Reading.refused(
        "expected a time zone such as Europe/Berlin or UTC, found " + value.shown() + hint);
  }
}
