package dev.postern.store.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A versioned key-value engine that demands check-and-set of every write. Guarded by itself. */
final class FakeKv {
  private static final int VERSIONS_KEPT = 10;
  private static final int LONGEST_CUSTOM_VALUE = 512;

  private final InstantSource clock;
  private final Map<String, Entry> entries = new TreeMap<>();
  private @Nullable Instant deleteAfter;
  private boolean ofOpenBao;
  private boolean showsCustomInData = true;

  FakeKv(InstantSource clock) {
    this.clock = clock;
  }

  private static final class Entry {
    final TreeMap<Integer, Stored> versions = new TreeMap<>();
    JsonObject custom = new JsonObject();
    int changes;
    int current;
  }

  private static final class Stored {
    @Nullable JsonObject data;
    final Instant created;
    @Nullable Instant deletion;
    boolean destroyed;

    Stored(JsonObject data, Instant created) {
      this.data = data;
      this.created = created;
    }
  }

  /** Writes as a person does, who asks for no check-and-set. */
  synchronized int put(String path, JsonObject data) {
    Entry entry = entries.computeIfAbsent(path, _ -> new Entry());
    Stored stored = new Stored(new JsonObject(data), clock.instant());
    stored.deletion = deleteAfter;
    entry.versions.put(++entry.current, stored);
    while (entry.versions.size() > VERSIONS_KEPT) {
      entry.versions.pollFirstEntry();
    }
    return entry.current;
  }

  synchronized void annotate(String path, String key, String value) {
    Entry entry = entries.computeIfAbsent(path, _ -> new Entry());
    entry.custom.set(key, value);
    entry.changes++;
  }

  synchronized @Nullable String annotation(String path, String key) {
    Entry entry = entries.get(path);
    return entry == null ? null : entry.custom.getString(key);
  }

  /** As OpenBao set up to demand it: a change of metadata names the change before it. */
  synchronized void demandsMetadataCas() {
    ofOpenBao = true;
  }

  /** As servers before custom metadata were. */
  synchronized void hidesCustomInData() {
    showsCustomInData = false;
  }

  /** Deletes the newest version, softly. */
  synchronized void delete(String path) {
    Entry entry = known(path);
    stored(entry, entry.current).deletion = clock.instant();
  }

  /** All versions written from now on are deleted by themselves then. */
  synchronized void deleteVersionsAt(Instant time) {
    deleteAfter = time;
  }

  /** The value as it is stored, marks and all; null when there is none. */
  synchronized @Nullable JsonObject value(String path) {
    Entry entry = entries.get(path);
    Stored newest = entry == null ? null : entry.versions.get(entry.current);
    return newest == null || gone(newest) ? null : newest.data;
  }

  /** All that is kept, in one order. */
  synchronized String snapshot() {
    StringBuilder text = new StringBuilder();
    entries.forEach(
        (path, entry) -> {
          text.append(path).append(" at ").append(entry.current).append(' ').append(entry.custom);
          entry.versions.forEach(
              (number, stored) ->
                  text.append(
                      " %d: %s, %s, %s"
                          .formatted(number, stored.data, stored.deletion, stored.destroyed)));
          text.append('\n');
        });
    return text.toString();
  }

  synchronized boolean exists(String path) {
    return entries.containsKey(path);
  }

  synchronized FakeAnswer read(String path, @Nullable String version) {
    Entry entry = entries.get(path);
    if (entry == null || entry.current == 0) {
      return FakeAnswer.error(404);
    }
    int asked = version == null || version.equals("0") ? entry.current : Integer.parseInt(version);
    Stored stored = entry.versions.get(asked);
    if (stored == null) {
      return FakeAnswer.error(404);
    }
    JsonObject metadata = described(stored).add("version", asked);
    if (showsCustomInData) {
      metadata.add("custom_metadata", custom(entry));
    }
    JsonObject data =
        new JsonObject()
            .add("data", gone(stored) ? Json.NULL : stored.data)
            .add("metadata", metadata);
    return FakeAnswer.of(gone(stored) ? 404 : 200, data);
  }

  synchronized FakeAnswer write(String path, JsonObject body) {
    JsonValue data = body.get("data");
    if (data == null || !data.isObject()) {
      return FakeAnswer.error(400, "no data provided");
    }
    JsonObject options =
        body.get("options") == null ? new JsonObject() : body.get("options").asObject();
    if (options.get("cas") == null) {
      return FakeAnswer.error(400, "check-and-set parameter required for this call");
    }
    Entry entry = entries.get(path);
    if (options.get("cas").asInt() != (entry == null ? 0 : entry.current)) {
      return FakeAnswer.error(400, "check-and-set parameter did not match the current version");
    }
    int number = put(path, data.asObject());
    Entry written = known(path);
    return FakeAnswer.of(
        200,
        described(stored(written, number))
            .add("version", number)
            .add("custom_metadata", custom(written)));
  }

  synchronized FakeAnswer destroy(String path, JsonObject body) {
    JsonValue versions = body.get("versions");
    if (versions == null || !versions.isArray() || versions.asArray().isEmpty()) {
      return FakeAnswer.error(400, "no version number provided");
    }
    Entry entry = entries.get(path);
    if (entry == null) {
      return FakeAnswer.error(404);
    }
    JsonArray numbers = versions.asArray();
    for (JsonValue number : numbers) {
      Stored stored = entry.versions.get(number.asInt());
      if (stored != null) {
        stored.data = null;
        stored.destroyed = true;
      }
    }
    return FakeAnswer.none();
  }

  synchronized FakeAnswer metadata(String path) {
    Entry entry = entries.get(path);
    if (entry == null) {
      return FakeAnswer.error(404);
    }
    JsonObject versions = new JsonObject();
    entry.versions.forEach((number, stored) -> versions.add(number.toString(), described(stored)));
    JsonObject counted =
        ofOpenBao
            ? new JsonObject()
                .add("metadata_cas_required", true)
                .add("current_metadata_version", entry.changes)
            : new JsonObject();
    return FakeAnswer.of(
        200,
        counted
            .add("cas_required", true)
            .add("current_version", entry.current)
            .add("custom_metadata", custom(entry))
            .add("max_versions", 0)
            .add("versions", versions));
  }

  /** Replaces the custom metadata, or merges them. */
  synchronized FakeAnswer annotate(String path, JsonObject body, boolean merge) {
    Entry entry = entries.get(path);
    if (merge && entry == null) {
      return FakeAnswer.error(404);
    }
    int changes = entry == null ? 0 : entry.changes;
    if (ofOpenBao && body.get("metadata_cas") == null) {
      return FakeAnswer.error(400, "metadata check-and-set parameter required for this call");
    }
    if (ofOpenBao && body.get("metadata_cas").asInt() != changes) {
      return FakeAnswer.error(
          400, "metadata check-and-set parameter does not match the current version");
    }
    JsonObject changed = merge && entry != null ? new JsonObject(entry.custom) : new JsonObject();
    for (JsonObject.Member member : body.get("custom_metadata").asObject()) {
      if (member.getValue().isNull() && merge) {
        changed.remove(member.getName());
      } else if (isLegal(member.getValue())) {
        changed.set(member.getName(), member.getValue());
      } else {
        return FakeAnswer.error(400, "custom_metadata validation failed");
      }
    }
    Entry changing = entries.computeIfAbsent(path, _ -> new Entry());
    changing.custom = changed;
    changing.changes++;
    return FakeAnswer.none();
  }

  private static boolean isLegal(JsonValue value) {
    return value.isString()
        && !value.asString().isEmpty()
        && value.asString().length() <= LONGEST_CUSTOM_VALUE
        && value.asString().matches("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]*");
  }

  private JsonObject described(Stored stored) {
    return new JsonObject()
        .add("created_time", stored.created.toString())
        .add("deletion_time", stored.deletion == null ? "" : stored.deletion.toString())
        .add("destroyed", stored.destroyed);
  }

  private boolean gone(Stored stored) {
    return stored.destroyed
        || (stored.deletion != null && !stored.deletion.isAfter(clock.instant()));
  }

  private static JsonValue custom(Entry entry) {
    return entry.custom.isEmpty() ? Json.NULL : new JsonObject(entry.custom);
  }

  private Entry known(String path) {
    Entry entry = entries.get(path);
    if (entry == null) {
      throw new IllegalArgumentException("nothing was ever put at " + path);
    }
    return entry;
  }

  private static Stored stored(Entry entry, int number) {
    Stored stored = entry.versions.get(number);
    if (stored == null) {
      throw new IllegalArgumentException("no version " + number);
    }
    return stored;
  }
}
