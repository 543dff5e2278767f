package dev.postern.sidecar.config;

import dev.postern.store.SecretPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Readers of the values that occur in several places. */
final class Readers {
  /** The path field of a Unix socket address holds 108 bytes, the last one zero. */
  static final int SOCKET_PATH_LIMIT = 107;

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);
  private static final Pattern MODE = Pattern.compile("0[0-7]{3}");

  private Readers() {}

  /** A text of one line that is not empty. */
  static Reading<String> text(Value value) {
    if (value.isInteger()) {
      return Reading.refused("expected a text, found " + value.shown() + "; quote it");
    }
    if (!value.isText() || value.text().isBlank()) {
      return Reading.refused(
          "expected a text, found " + (value.isText() ? "an empty one" : value.shown()));
    }
    if (value.text().chars().anyMatch(Character::isISOControl)) {
      return Reading.refused("a line break or control character is not accepted here");
    }
    return Reading.of(value.text());
  }

  static Reading<Boolean> yesOrNo(Value value) {
    return value.isBoolean()
        ? Reading.of(Boolean.valueOf(value.text()))
        : value.expected("true or false");
  }

  static ValueReader<Integer> integer(int least, int most) {
    String expected = "a whole number from " + least + " to " + most;
    return value -> {
      if (!value.isInteger() || !value.text().matches("[0-9]{1,10}")) {
        return value.expected(expected);
      }
      long number = Long.parseLong(value.text());
      return number < least || number > most ? value.expected(expected) : Reading.of((int) number);
    };
  }

  static ValueReader<Duration> duration(String least, String most) {
    Duration min = parse(least);
    Duration max = parse(most);
    return value -> {
      if (value.isInteger()) {
        return Reading.refused(
            "expected a duration with its unit, found "
                + value.shown()
                + "; write 60s, 5m, 2h, 30d or 1500ms");
      }
      if (!value.isText() || !DURATION.matcher(value.text()).matches()) {
        return value.expected("a duration such as 1500ms, 60s, 5m, 2h or 30d");
      }
      Duration duration = parse(value.text());
      if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
        return value.expected("a duration from " + least + " to " + most);
      }
      return Reading.of(duration);
    };
  }

  /** Nine permission bits, the owner able to use the socket, the world not. */
  static Reading<Integer> mode(Value value) {
    return modeBits(value).then(Readers::socketMode);
  }

  /** Nine permission bits. */
  static Reading<Integer> modeBits(Value value) {
    if (!value.isText() || !MODE.matcher(value.text()).matches()) {
      String quote = value.isInteger() ? "; quote it" : "";
      return Reading.refused(
          "expected an octal mode in quotes such as \"0660\", found " + value.shown() + quote);
    }
    return Reading.of(Integer.parseInt(value.text(), 8));
  }

  private static Reading<Integer> socketMode(int mode) {
    if ((mode & 07) != 0) {
      return Reading.refused(
          "the mode gives access to everyone on the machine; the last digit must be 0");
    }
    if ((mode & 0600) != 0600) {
      return Reading.refused("the agent itself must be able to read and write; begin with 06");
    }
    return Reading.of(mode);
  }

  static Reading<SecretPath> secretPath(Value value) {
    return text(value)
        .then(
            path ->
                path.length() > 512
                    ? Reading.refused("a store path has at most 512 characters")
                    : Reading.of(new SecretPath(path)));
  }

  /** A path; a relative one is taken from the folder of the config file. */
  static ValueReader<Path> file(Path base) {
    return value ->
        text(value)
            .then(
                path ->
                    path.startsWith("~")
                        ? Reading.refused("'~' is not expanded here; write the whole path")
                        // Only a zero byte makes a path illegal on Linux, and text() refused it.
                        : Reading.of(base.resolve(path).normalize()));
  }

  static ValueReader<Path> socketPath(Path base) {
    ValueReader<Path> file = file(base);
    return value ->
        file.read(value)
            .then(
                path ->
                    socketPathLength(path) > SOCKET_PATH_LIMIT
                        ? Reading.refused(tooLong(path))
                        : Reading.of(path));
  }

  static int socketPathLength(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  static String tooLong(Path path) {
    return "a socket path has at most "
        + SOCKET_PATH_LIMIT
        + " bytes, and this one, made absolute, has "
        + socketPathLength(path)
        + "; choose a shorter folder";
  }

  private static Duration parse(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a duration");
    }
    return Duration.of(
        Long.parseLong(matcher.group(1)), UNITS.getOrDefault(matcher.group(2), ChronoUnit.DAYS));
  }
}
