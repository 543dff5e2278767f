package dev.postern.kubernetes;

import dev.postern.journal.EventCodec;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The events of one rotation as text that a person can read with {@code kubectl get -o yaml}: each
 * is a line {@code #<sequence> <check>} and then the event's own lines. The check runs over the
 * event and the check before it, so that a line changed, added or taken out by hand is noticed.
 */
final class JournalText {
  private static final String START = "#";

  private JournalText() {}

  /** An event and its place among all events of the journal. */
  record Entry(long sequence, RotationEvent event) {}

  static String write(List<Entry> entries) {
    StringBuilder text = new StringBuilder();
    int check = 0;
    for (Entry entry : entries) {
      String event = new String(EventCodec.encode(entry.event()), StandardCharsets.UTF_8);
      check = check(check, entry.sequence(), event);
      text.append(START).append(entry.sequence()).append(' ').append(hex(check)).append('\n');
      text.append(event);
    }
    return text.toString();
  }

  /**
   * @param where for the refusal
   * @throws JournalException.Corrupt when no version of Postern wrote it so
   */
  static List<Entry> read(String text, String where) {
    List<Entry> entries = new ArrayList<>();
    int check = 0;
    int position = 0;
    long before = 0;
    while (position < text.length()) {
      int lineEnd = text.indexOf('\n', position);
      int end = endOfEvent(text, lineEnd);
      long sequence = sequence(text, position, lineEnd, where);
      String event = text.substring(lineEnd + 1, end);
      check = check(check, sequence, event);
      boolean sound = text.substring(position, lineEnd).endsWith(" " + hex(check));
      if (!sound || sequence <= before) {
        throw damaged(where, "behind event " + before);
      }
      entries.add(new Entry(sequence, EventCodec.decode(event.getBytes(StandardCharsets.UTF_8))));
      before = sequence;
      position = end;
    }
    if (entries.isEmpty()) {
      throw damaged(where, "it is empty");
    }
    return List.copyOf(entries);
  }

  private static int endOfEvent(String text, int lineEnd) {
    int next = lineEnd < 0 ? -1 : text.indexOf("\n" + START, lineEnd);
    return next < 0 ? text.length() : next + 1;
  }

  private static long sequence(String text, int start, int lineEnd, String where) {
    int space = text.indexOf(' ', start);
    if (!text.startsWith(START, start) || space < 0 || lineEnd < space) {
      throw damaged(where, "an event has no first line");
    }
    try {
      return Long.parseLong(text.substring(start + START.length(), space));
    } catch (NumberFormatException e) {
      throw damaged(where, "an event has no number");
    }
  }

  static JournalException.Corrupt damaged(String where, String what) {
    return new JournalException.Corrupt(
        where
            + " was changed by hand or damaged ("
            + what
            + "); nothing was changed. Put back what was there, or delete the ConfigMap and check"
            + " the provider for keys tagged postern/");
  }

  private static int check(int before, long sequence, String event) {
    CRC32C crc = new CRC32C();
    crc.update((before + " " + sequence + "\n" + event).getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  private static String hex(int check) {
    return String.format("%08x", check);
  }
}
