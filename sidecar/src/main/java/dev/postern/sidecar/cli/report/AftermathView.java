package dev.postern.sidecar.cli.report;

import dev.postern.sidecar.cli.client.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was seen of an account after a leak, as the agent sends it.
 *
 * @param watched whether anybody looks at all
 */
public record AftermathView(
    boolean watched,
    Optional<Instant> from,
    Optional<Instant> until,
    boolean finished,
    Optional<Instant> lastLook,
    List<String> notes,
    List<Use> uses,
    List<Entry> newEntries,
    List<Task> tasks) {

  /** Uses of the old credential from one address. */
  public record Use(
      String source,
      long count,
      Optional<Instant> first,
      Optional<Instant> last,
      boolean afterRevocation) {

    private static Use of(JsonObject json) {
      return new Use(
          json.textOr("source", ""),
          (long) json.number("count").orElse(0),
          json.instant("first"),
          json.instant("last"),
          json.isTrue("after_revocation"));
    }
  }

  /** A key, a login or an allow-list entry made since the flag. */
  public record Entry(
      String type,
      String id,
      String description,
      Optional<Instant> createdAt,
      boolean ours,
      boolean listed) {

    private static Entry of(JsonObject json) {
      return new Entry(
          json.textOr("type", "").replace('_', '-'),
          json.textOr("id", ""),
          json.textOr("description", ""),
          json.instant("created_at"),
          json.textOr("made_by", "").equals("ours"),
          json.isTrue("listed"));
    }
  }

  /** A step that only a person can do. */
  public record Task(
      String id,
      String text,
      String link,
      String state,
      String markedBy,
      Optional<Instant> markedAt) {

    public boolean done() {
      return state.toLowerCase(Locale.ROOT).equals("done");
    }

    private static Task of(JsonObject json) {
      return new Task(
          json.textOr("task", ""),
          json.textOr("text", ""),
          json.textOr("link", ""),
          json.textOr("state", ""),
          json.textOr("marked_by", ""),
          json.instant("marked_at"));
    }
  }

  static AftermathView of(JsonObject rotation) {
    JsonObject watch = rotation.object("watch");
    return new AftermathView(
        !watch.values().isEmpty(),
        watch.instant("from"),
        watch.instant("until"),
        watch.isTrue("finished"),
        watch.instant("last_look"),
        watch.texts("notes"),
        rotation.objects("uses").stream().map(Use::of).toList(),
        rotation.objects("new_entries").stream().map(Entry::of).toList(),
        rotation.objects("tasks").stream().map(Task::of).toList());
  }

  public List<Use> usesAfterRevocation() {
    return uses.stream().filter(Use::afterRevocation).toList();
  }
}
