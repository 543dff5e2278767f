package dev.postern.sidecar.server;

import dev.postern.rotation.Aftermath;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What was seen of an account after a leak, as members of its rotation's JSON. */
final class AftermathJson {
  private AftermathJson() {}

  static void put(Map<String, Object> json, Aftermath seen) {
    Map<String, Object> watch = new LinkedHashMap<>();
    watch.put("from", seen.from().toString());
    RotationJson.put(watch, "until", seen.until());
    watch.put("finished", seen.finished());
    RotationJson.put(watch, "last_look", seen.lastLook());
    watch.put("notes", seen.notes());
    json.put("watch", watch);
    json.put("uses", seen.uses().stream().map(AftermathJson::use).toList());
    json.put("new_entries", seen.newEntries().stream().map(AftermathJson::entry).toList());
    json.put("tasks", seen.tasks().stream().map(AftermathJson::task).toList());
  }

  private static Map<String, Object> use(Aftermath.Use use) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("source", use.source());
    json.put("count", use.count());
    json.put("first", use.first().toString());
    json.put("last", use.last().toString());
    json.put("after_revocation", use.afterRevocation());
    return json;
  }

  private static Map<String, Object> entry(Aftermath.NewEntry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", entry.type().name().toLowerCase(Locale.ROOT));
    json.put("id", entry.id());
    json.put("description", entry.description());
    RotationJson.put(json, "created_at", entry.createdAt());
    json.put("made_by", entry.ours() ? "ours" : "unknown");
    json.put("listed", entry.listed());
    return json;
  }

  private static Map<String, Object> task(Aftermath.Task task) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("task", task.id());
    json.put("text", task.text());
    if (!task.link().isEmpty()) {
      json.put("link", task.link());
    }
    json.put("state", task.state().wireName());
    RotationJson.put(json, "marked_by", task.markedBy());
    RotationJson.put(json, "marked_at", task.markedAt());
    return json;
  }
}
