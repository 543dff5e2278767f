package dev.postern.store.vault;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.StoreException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.util.Optional;

/**
 * What the metadata of a secret tell: the current version, and the flag, which is the member {@code
 * postern_compromised} of the custom metadata.
 *
 * <p>A head is a read of the metadata: one storage read for the server where a read of the data is
 * two, and no value on the wire. It needs the right to read {@code metadata/<path>}.
 */
final class KvHeads {
  static final String FLAG = "postern_compromised";
  private static final int LONGEST_MARK = 256;

  private final KvEngine engine;
  private final String store;

  KvHeads(KvEngine engine, String store) {
    this.engine = engine;
    this.store = store;
  }

  SecretHead head(VaultCall call, KvPath path) {
    String what = "looking at %s in store %s".formatted(path.value(), store);
    return head(metadata(call, path, what), what);
  }

  /** Sets the flag, or clears it when there is none to set; leaves other custom metadata alone. */
  void mark(VaultCall call, KvPath path, Optional<CompromiseFlag> flag) {
    String what =
        "%s %s in store %s"
            .formatted(flag.isPresent() ? "flagging" : "unflagging", path.value(), store);
    JsonObject metadata = metadata(call, path, what);
    Optional<CompromiseFlag> wanted = flag.map(f -> new CompromiseFlag(printable(f.mark())));
    if (head(metadata, what).flag().equals(wanted)) {
      return;
    }
    JsonValue member = wanted.map(f -> Json.value(f.mark())).orElse(Json.NULL);
    VaultReply patched = engine.patchMetadata(call, path, new JsonObject().add(FLAG, member), what);
    // Without the right to patch, or before Vault 1.9, which has no patch.
    if (patched.status() == 403 || patched.status() == 405) {
      replace(call, path, wanted, what);
    } else {
      requireDone(patched, call, what);
    }
  }

  static StoreException.NotFound deleted(int number, String what) {
    return new StoreException.NotFound(
        "%s: its current version %d was deleted in vault; undelete it, or write a new one"
            .formatted(what, number));
  }

  static StoreException.NotFound nothing(String what) {
    return new StoreException.NotFound(
        what + ": vault has nothing there; put it there, or correct the path or 'mount'");
  }

  /**
   * The server cannot check-and-set custom metadata. So they are read again right before they are
   * written, and what somebody else adds between the two is lost; with the right to patch nothing
   * is.
   */
  private void replace(VaultCall call, KvPath path, Optional<CompromiseFlag> wanted, String what) {
    JsonObject metadata = metadata(call, path, what);
    JsonObject custom =
        VaultReply.member(metadata, "custom_metadata")
            .map(JsonObject::new)
            .orElseGet(JsonObject::new);
    if (wanted.isPresent()) {
      custom.set(FLAG, wanted.get().mark());
    } else {
      custom.remove(FLAG);
    }
    requireDone(engine.writeMetadata(call, path, custom, what), call, what);
  }

  private JsonObject metadata(VaultCall call, KvPath path, String what) {
    VaultReply reply = engine.metadata(call, path, what);
    if (reply.status() == 404 && reply.isBare()) {
      throw nothing(what);
    }
    if (reply.status() != 200) {
      throw call.translate(reply, what);
    }
    return reply.data().orElseThrow(() -> VaultErrors.notUnderstood(what, reply.status()));
  }

  private SecretHead head(JsonObject metadata, String what) {
    int number = KvEngine.number(metadata, "current_version");
    if (number == 0) {
      // Metadata may be written before there is a first version.
      throw nothing(what);
    }
    boolean deleted =
        VaultReply.member(metadata, "versions")
            .flatMap(versions -> VaultReply.member(versions, Integer.toString(number)))
            .filter(engine::isDeleted)
            .isPresent();
    if (deleted) {
      throw deleted(number, what);
    }
    return new SecretHead(new Version(Integer.toString(number)), flag(metadata));
  }

  private static Optional<CompromiseFlag> flag(JsonObject metadata) {
    return VaultReply.member(metadata, "custom_metadata")
        .map(custom -> custom.get(FLAG))
        .filter(JsonValue::isString)
        .map(JsonValue::asString)
        .map(mark -> mark.length() > LONGEST_MARK ? mark.substring(0, LONGEST_MARK) : mark)
        .filter(mark -> !mark.isBlank())
        .map(CompromiseFlag::new);
  }

  private static void requireDone(VaultReply reply, VaultCall call, String what) {
    if (reply.status() == 404 && reply.isBare()) {
      throw nothing(what);
    }
    if (reply.status() != 200 && reply.status() != 204) {
      throw call.translate(reply, what);
    }
  }

  /** Vault refuses custom metadata with characters that do not print; of blanks, it knows one. */
  private static String printable(String mark) {
    return mark.replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]", " ");
  }
}
