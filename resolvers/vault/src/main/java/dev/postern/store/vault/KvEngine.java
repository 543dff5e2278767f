package dev.postern.store.vault;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The requests of a versioned key-value engine (KV version 2). Stateless. */
final class KvEngine {
  private final String mount;
  private final InstantSource clock;

  KvEngine(String mount, InstantSource clock) {
    this.mount = new KvPath(mount).encoded();
    this.clock = clock;
  }

  /** The newest version. */
  KvRead read(VaultCall call, KvPath path, String what) {
    return read(call, call.get(data(path), what), what);
  }

  /**
   * @param number positive: the server takes zero for the newest
   */
  KvRead read(VaultCall call, KvPath path, int number, String what) {
    return read(call, call.get(data(path) + "?version=" + number, what), what);
  }

  /** Without values. */
  VaultReply metadata(VaultCall call, KvPath path, String what) {
    return call.get(metadata(path), what);
  }

  /**
   * Writes the version that comes right after another one, if that is the newest still.
   *
   * @param after zero when there must be none
   * @return the number of the version written; empty when another one is the newest
   */
  Optional<Integer> write(
      VaultCall call, KvPath path, SecretFields fields, RotationId maker, int after, String what) {
    JsonObject body =
        new JsonObject()
            .add("options", new JsonObject().add("cas", after))
            .add("data", KvFields.write(fields, maker, after + 1, what));
    VaultReply reply = call.post(data(path), body, what);
    if (reply.status() == 400 && reply.says("did not match the current version")) {
      return Optional.empty();
    }
    return Optional.of(number(reply.data().filter(_ -> reply.status() == 200), call, reply, what));
  }

  /** Removes the values of one version for good; its number is never given out again. */
  void destroy(VaultCall call, KvPath path, int number, String what) {
    VaultReply reply =
        call.post(
            mount + "/destroy/" + path.encoded(),
            new JsonObject().add("versions", new int[] {number}),
            what);
    if (reply.status() != 204 && reply.status() != 200 && reply.status() != 404) {
      throw call.translate(reply, what);
    }
  }

  /** The newest version with its values, not taken apart. */
  VaultReply whole(VaultCall call, KvPath path, String what) {
    return call.get(data(path), what);
  }

  /**
   * Changes these members of the custom metadata.
   *
   * @param seen the metadata that the change is made on
   */
  VaultReply patchMetadata(
      VaultCall call, KvPath path, JsonObject custom, JsonObject seen, String what) {
    return call.patch(metadata(path), change(custom, seen), what);
  }

  /** Replaces the custom metadata as a whole, and nothing else of the metadata. */
  VaultReply writeMetadata(
      VaultCall call, KvPath path, JsonObject custom, JsonObject seen, String what) {
    return call.post(metadata(path), change(custom, seen), what);
  }

  /** OpenBao counts the changes of metadata, and may demand that one names the last; Vault not. */
  private static JsonObject change(JsonObject custom, JsonObject seen) {
    JsonObject change = new JsonObject().add("custom_metadata", custom);
    JsonValue number = seen.get("current_metadata_version");
    return number != null && number.isNumber() ? change.add("metadata_cas", number) : change;
  }

  /**
   * Whether a version with this metadata can no longer be read. A time to come is a promise only.
   */
  boolean isDeleted(JsonObject version) {
    if (version.getBoolean("destroyed", false)) {
      return true;
    }
    return time(version, "deletion_time").filter(at -> !at.isAfter(clock.instant())).isPresent();
  }

  static Optional<Instant> time(JsonObject version, String member) {
    JsonValue text = version.get(member);
    try {
      return Optional.ofNullable(text)
          .filter(JsonValue::isString)
          .map(JsonValue::asString)
          .filter(time -> !time.isEmpty())
          .map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static int number(JsonObject object, String member) {
    JsonValue value = object.get(member);
    return value != null && value.isNumber() && value.toString().matches("[0-9]{1,9}")
        ? value.asInt()
        : 0;
  }

  private KvRead read(VaultCall call, VaultReply reply, String what) {
    Optional<JsonObject> data = reply.data();
    Optional<JsonObject> version = data.flatMap(d -> VaultReply.member(d, "metadata"));
    if (reply.status() == 404 && version.isPresent()) {
      return new KvRead.Deleted(number(version.get(), "version"));
    }
    if (reply.status() == 404 && reply.isBare()) {
      return new KvRead.Absent();
    }
    int number = number(version.filter(_ -> reply.status() == 200), call, reply, what);
    JsonObject members =
        VaultReply.member(data.orElseThrow(), "data")
            .orElseThrow(() -> VaultErrors.notUnderstood(what, reply.status()));
    return new KvRead.Live(
        number,
        KvFields.read(members, what),
        KvFields.maker(members, number),
        time(version.orElseThrow(), "created_time"));
  }

  private static int number(
      Optional<JsonObject> version, VaultCall call, VaultReply reply, String what) {
    int number = version.map(v -> number(v, "version")).orElse(0);
    if (number > 0) {
      return number;
    }
    throw reply.status() == 200
        ? VaultErrors.notUnderstood(what, reply.status())
        : call.translate(reply, what);
  }

  private String data(KvPath path) {
    return mount + "/data/" + path.encoded();
  }

  private String metadata(KvPath path) {
    return mount + "/metadata/" + path.encoded();
  }
}
