package dev.postern.sidecar.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people read and type them. */
public final class HumanTime {
  private static final Pattern TYPED = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private HumanTime() {}

  /** The largest unit alone, as in a table: {@code 4d}. */
  public static String age(double seconds) {
    long whole = Math.max(0, (long) seconds);
    if (whole < 60) {
      return whole + "s";
    }
    if (whole < 3600) {
      return whole / 60 + "m";
    }
    return whole < 172_800 ? whole / 3600 + "h" : whole / 86_400 + "d";
  }

  /** Elapsed time with the digits that matter: {@code 1.2 s}. */
  public static String elapsed(double seconds) {
    if (seconds < 0.01) {
      return String.format(Locale.ROOT, "%.0f ms", Math.max(0, seconds) * 1000);
    }
    if (seconds < 120) {
      return String.format(Locale.ROOT, seconds < 1 ? "%.2f s" : "%.1f s", seconds);
    }
    long whole = (long) seconds;
    return whole < 7200
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%d h %d min".formatted(whole / 3600, whole % 3600 / 60);
  }

  public static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * @throws IllegalArgumentException when the text is no duration such as {@code 60s}
   */
  static Duration parse(String text) {
    Matcher typed = TYPED.matcher(text);
    if (!typed.matches()) {
      throw new IllegalArgumentException("a duration is a number and ms, s, m, h or d: 60s");
    }
    long amount = Long.parseLong(typed.group(1));
    return switch (typed.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
