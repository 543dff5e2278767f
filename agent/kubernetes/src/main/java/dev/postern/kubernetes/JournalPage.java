package dev.postern.kubernetes;

import dev.postern.RotationId;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.kubernetes.JournalText.Entry;
import dev.postern.kubernetes.api.ClusterObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a journal ConfigMap holds. Immutable.
 *
 * @param revision grows by one with each write, so that of two pages the newer one is known
 * @param sequence the number of the event written last
 * @param rotations their events by id
 * @param settled requests that were taken up or refused, {@code id answer}, the newest last
 */
record JournalPage(
    long revision,
    Fence fence,
    long sequence,
    Map<RotationId, List<Entry>> rotations,
    List<String> settled) {
  static final JournalPage EMPTY = new JournalPage(0, Fence.NONE, 0, Map.of(), List.of());

  private static final int FORMAT = 1;
  private static final String FORMAT_KEY = "format";
  private static final String REVISION = "revision";
  private static final String LEASE = "lease";
  private static final String TERM = "term";
  private static final String HOLDER = "holder";
  private static final String SEQUENCE = "sequence";
  private static final String SETTLED = "settled";
  private static final String ROTATION = "rotation.";
  private static final int MOST_SETTLED = 50;

  JournalPage {
    rotations = Map.copyOf(rotations);
    settled =
        List.copyOf(settled.subList(Math.max(0, settled.size() - MOST_SETTLED), settled.size()));
  }

  /**
   * @throws JournalException.NewerFormat when a newer version wrote it
   * @throws JournalException.Corrupt when it was changed by hand
   */
  static JournalPage read(ClusterObject object) {
    Map<String, String> data = object.data();
    String where = "the ConfigMap " + object.name();
    boolean fresh = data.keySet().stream().noneMatch(JournalPage::isOurs);
    if (fresh) {
      return EMPTY;
    }
    refuseOtherFormats(data, where);
    Map<RotationId, List<Entry>> rotations = new TreeMap<>();
    data.forEach(
        (key, text) -> {
          if (key.startsWith(ROTATION)) {
            RotationId id = rotation(key, where);
            rotations.put(id, entries(id, text, where));
          }
        });
    JournalPage page =
        new JournalPage(
            number(data, REVISION, where),
            fence(data, where),
            number(data, SEQUENCE, where),
            rotations,
            data.getOrDefault(SETTLED, "").lines().toList());
    page.refuseMissingTail(where);
    return page;
  }

  /** Only whose it is: what a writer must know before it overwrites. */
  static Fence fence(ClusterObject object) {
    boolean fresh = object.data().keySet().stream().noneMatch(JournalPage::isOurs);
    return fresh ? Fence.NONE : fence(object.data(), "the ConfigMap " + object.name());
  }

  static long revision(ClusterObject object) {
    return object.data().containsKey(REVISION)
        ? number(object.data(), REVISION, "the ConfigMap " + object.name())
        : 0;
  }

  private static Fence fence(Map<String, String> data, String where) {
    return new Fence(
        data.getOrDefault(LEASE, ""),
        (int) number(data, TERM, where),
        data.getOrDefault(HOLDER, ""));
  }

  private static void refuseOtherFormats(Map<String, String> data, String where) {
    long format = number(data, FORMAT_KEY, where);
    if (format > FORMAT) {
      throw new JournalException.NewerFormat(
          where
              + " has format "
              + format
              + ", and this version of Postern knows up to "
              + FORMAT
              + ": run the version that wrote it, or a newer one");
    }
  }

  private static long number(Map<String, String> data, String key, String where) {
    try {
      return Long.parseLong(data.getOrDefault(key, "none"));
    } catch (NumberFormatException e) {
      throw JournalText.damaged(where, "no number as " + key);
    }
  }

  private static RotationId rotation(String key, String where) {
    try {
      return RotationId.parse(key.substring(ROTATION.length()));
    } catch (IllegalArgumentException e) {
      throw JournalText.damaged(where, "a key names no rotation");
    }
  }

  private static List<Entry> entries(RotationId id, String text, String where) {
    List<Entry> entries = JournalText.read(text, where);
    boolean strange = entries.stream().anyMatch(entry -> !entry.event().rotation().equals(id));
    if (strange) {
      throw JournalText.damaged(where, "a key holds another rotation's events");
    }
    return entries;
  }

  /** The last event is never trimmed: without it somebody took something out. */
  private void refuseMissingTail(String where) {
    long last =
        rotations.values().stream()
            .mapToLong(entries -> entries.getLast().sequence())
            .max()
            .orElse(0);
    if (last != sequence) {
      throw JournalText.damaged(where, "event " + sequence + " is missing");
    }
  }

  JournalPage fencedBy(Fence other) {
    return new JournalPage(revision, other, sequence, rotations, settled);
  }

  JournalPage with(RotationEvent event) {
    Map<RotationId, List<Entry>> all = new TreeMap<>(rotations);
    List<Entry> entries = new ArrayList<>(all.getOrDefault(event.rotation(), List.of()));
    entries.add(new Entry(sequence + 1, event));
    all.put(event.rotation(), List.copyOf(entries));
    return new JournalPage(revision, fence, sequence + 1, all, settled);
  }

  /** How many acknowledgements of a rotation it holds. */
  long acknowledged(RotationId rotation) {
    return rotations.getOrDefault(rotation, List.of()).stream()
        .filter(entry -> entry.event().fact() == RotationEvent.Fact.ACKNOWLEDGED)
        .count();
  }

  JournalPage withSettled(String line) {
    List<String> all = new ArrayList<>(settled);
    all.add(line);
    return new JournalPage(revision, fence, sequence, rotations, all);
  }

  JournalPage at(long changedRevision) {
    return new JournalPage(changedRevision, fence, sequence, rotations, settled);
  }

  /**
   * Without the oldest rotations that are over, until it is small enough. The rotation that ended
   * last stays, and so does the one that was written to last.
   */
  JournalPage trimmedTo(int mostBytes) {
    JournalPage page = this;
    while (page.bytes() > mostBytes) {
      Optional<RotationId> oldest = page.oldestDisposable();
      if (oldest.isEmpty()) {
        break;
      }
      Map<RotationId, List<Entry>> fewer = new TreeMap<>(page.rotations);
      fewer.remove(oldest.get());
      page = new JournalPage(revision, fence, sequence, fewer, settled);
    }
    return page;
  }

  private Optional<RotationId> oldestDisposable() {
    Comparator<Map.Entry<RotationId, List<Entry>>> byAge =
        Comparator.comparingLong(one -> one.getValue().getFirst().sequence());
    Optional<RotationId> latestEnded =
        rotations.entrySet().stream()
            .filter(one -> RotationLife.ended(events(one.getValue())))
            .max(byAge)
            .map(Map.Entry::getKey);
    return rotations.entrySet().stream()
        .filter(one -> !latestEnded.equals(Optional.of(one.getKey())))
        .filter(one -> one.getValue().getLast().sequence() != sequence)
        .filter(one -> RotationLife.isOver(events(one.getValue())))
        .min(byAge)
        .map(Map.Entry::getKey);
  }

  static List<RotationEvent> events(List<Entry> entries) {
    return entries.stream().map(Entry::event).toList();
  }

  /** All events in the order of writing. */
  List<RotationEvent> events() {
    return rotations.values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingLong(Entry::sequence))
        .map(Entry::event)
        .toList();
  }

  /** Whether both say the same, whoever wrote it how often. */
  boolean saysTheSameAs(JournalPage other) {
    return at(other.revision).equals(other);
  }

  Map<String, String> data() {
    Map<String, String> data = new TreeMap<>();
    data.put(FORMAT_KEY, Integer.toString(FORMAT));
    data.put(REVISION, Long.toString(revision));
    data.put(LEASE, fence.lease());
    data.put(TERM, Integer.toString(fence.term()));
    data.put(HOLDER, fence.holder());
    data.put(SEQUENCE, Long.toString(sequence));
    if (!settled.isEmpty()) {
      data.put(SETTLED, String.join("\n", settled) + "\n");
    }
    rotations.forEach((id, entries) -> data.put(ROTATION + id, JournalText.write(entries)));
    return data;
  }

  /** This page in place of the one in the object, and beside what others have put there. */
  ClusterObject over(ClusterObject object) {
    Map<String, String> all = new TreeMap<>(object.data());
    all.keySet().removeIf(JournalPage::isOurs);
    all.putAll(data());
    return object.withData(all);
  }

  int bytes() {
    return data().entrySet().stream()
        .mapToInt(one -> utf8(one.getKey()) + utf8(one.getValue()))
        .sum();
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean isOurs(String key) {
    return key.startsWith(ROTATION)
        || switch (key) {
          case FORMAT_KEY, REVISION, LEASE, TERM, HOLDER, SEQUENCE, SETTLED -> true;
          default -> false;
        };
  }
}
