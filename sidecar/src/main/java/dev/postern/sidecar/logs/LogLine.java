package dev.postern.sidecar.logs;

import java.text.SimpleDateFormat;
import java.util.Locale;

/** The form of a log line: that of SLF4J's simple logger with {@code simplelogger.properties}. */
public final class LogLine {
  private static final String OPTIONS = "org.slf4j.simpleLogger.";
  private static final int MILLIS_AT = "2026-01-02T03:04:05.".length();

  /**
   * A second, as the log writes it, because nothing about a line is as expensive as its date.
   *
   * @param number since 1970
   * @param text with no milliseconds
   */
  private record Second(long number, String text) {
    static Second of(long number) {
      // A formatter is not for more than one thread, and once a second is not often.
      SimpleDateFormat format = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);
      return new Second(number, format.format(Long.valueOf(number * 1000)));
    }
  }

  private static volatile Second last = Second.of(0);

  private LogLine() {}

  /**
   * Whether the log is in the form that this class writes: no option of the simple logger was given
   * to the process, but for levels.
   */
  public static boolean isUsual() {
    return System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(OPTIONS))
        .allMatch(
            name -> name.startsWith(OPTIONS + "log.") || name.equals(OPTIONS + "defaultLogLevel"));
  }

  /**
   * The start of a line of now.
   *
   * @param level as SLF4J writes it
   * @param logger its last name
   */
  public static StringBuilder start(String level, String logger) {
    long now = System.currentTimeMillis();
    long number = Math.floorDiv(now, 1000L);
    Second second = last;
    if (second.number != number) {
      second = Second.of(number);
      last = second;
    }
    int millis = (int) (now - number * 1000);
    return new StringBuilder(192)
        .append(second.text, 0, MILLIS_AT)
        .append((char) ('0' + millis / 100))
        .append((char) ('0' + millis / 10 % 10))
        .append((char) ('0' + millis % 10))
        .append(second.text, MILLIS_AT + 3, second.text.length())
        .append(' ')
        .append(level)
        .append(' ')
        .append(logger)
        .append(" - ");
  }
}
