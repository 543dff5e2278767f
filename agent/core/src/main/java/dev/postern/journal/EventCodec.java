package dev.postern.journal;

import dev.postern.RotationId;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * Events as lines of {@code name=value}: whoever looks into a journal with {@code strings} at three
 * in the morning can read it. Line breaks and backslashes in values are escaped.
 */
public final class EventCodec {
  private EventCodec() {}

  /** Ends with a line break; no line begins with anything but a name. */
  public static byte[] encode(RotationEvent event) {
    StringBuilder text = new StringBuilder();
    line(text, "rotation", event.rotation().toString());
    line(text, "at", event.at().toString());
    line(text, "fact", event.fact().name());
    event.details().forEach((name, value) -> line(text, name.name(), value));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws JournalException.Corrupt when the text is not an event
   */
  public static RotationEvent decode(byte[] payload) {
    String[] lines = new String(payload, StandardCharsets.UTF_8).split("\n", -1);
    try {
      if (lines.length < 4 || !lines[lines.length - 1].isEmpty()) {
        throw new IllegalArgumentException("too few lines");
      }
      RotationId rotation = RotationId.parse(valueOf(lines[0], "rotation"));
      Instant at = Instant.parse(valueOf(lines[1], "at"));
      Fact fact = Fact.valueOf(valueOf(lines[2], "fact"));
      Map<Detail, String> details = new EnumMap<>(Detail.class);
      for (int i = 3; i < lines.length - 1; i++) {
        int equals = lines[i].indexOf('=');
        details.put(
            Detail.valueOf(lines[i].substring(0, equals)),
            unescape(lines[i].substring(equals + 1)));
      }
      return new RotationEvent(rotation, at, fact, details);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new JournalException.Corrupt("a journal record is intact but cannot be understood");
    }
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(name).append('=').append(escape(value)).append('\n');
  }

  private static String valueOf(String line, String name) {
    if (!line.startsWith(name + "=")) {
      throw new IllegalArgumentException("expected " + name);
    }
    return unescape(line.substring(name.length() + 1));
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescape(String value) {
    StringBuilder text = new StringBuilder(value.length());
    int position = 0;
    while (position < value.length()) {
      char c = value.charAt(position++);
      text.append(c == '\\' ? escaped(value.charAt(position++)) : c);
    }
    return text.toString();
  }

  private static char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case '\\' -> '\\';
      default -> throw new IllegalArgumentException("unknown escape");
    };
  }
}
