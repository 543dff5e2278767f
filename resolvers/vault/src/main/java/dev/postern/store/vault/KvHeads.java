package dev.postern.store.vault;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.StoreException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the metadata of a secret tell: the current version, and the flag, which is the member {@code
 * postern_compromised} of the custom metadata.
 *
 * <p>A head is a read of the metadata: one storage read for the server where a read of the data is
 * two, and no value on the wire. Where the policy refuses that, and that alone, the data is read,
 * which names the version too, and shows the custom metadata on servers that have them there; once
 * an hour the metadata is tried again. Thread-safe.
 */
final class KvHeads {
  static final String FLAG = "postern_compromised";
  private static final int LONGEST_MARK = 256;

  private static final int DENIED = 403;
  private static final int ATTEMPTS = 3;
  private static final Duration UNTIL_ASKED_AGAIN = Duration.ofHours(1);
  private static final Logger log = LoggerFactory.getLogger(KvHeads.class);

  private final KvEngine engine;
  private final String store;
  private final InstantSource clock;

  /** When the metadata of which path was refused last. */
  private final Map<KvPath, Instant> refused = new ConcurrentHashMap<>();

  private final AtomicBoolean told = new AtomicBoolean();

  KvHeads(KvEngine engine, String store, InstantSource clock) {
    this.engine = engine;
    this.store = store;
    this.clock = clock;
  }

  SecretHead head(VaultCall call, KvPath path) {
    String what = "looking at %s in store %s".formatted(path.value(), store);
    Instant last = refused.get(path);
    if (last != null && clock.instant().isBefore(last.plus(UNTIL_ASKED_AGAIN))) {
      return headOfData(call, path, what);
    }
    VaultReply reply = engine.metadata(call, path, what);
    if (reply.status() == DENIED) {
      SecretHead head = headOfData(call, path, what);
      refused.put(path, clock.instant());
      return head;
    }
    refused.remove(path);
    return head(metadata(reply, call, what), what);
  }

  /** By the value, which is not looked at. */
  private SecretHead headOfData(VaultCall call, KvPath path, String what) {
    VaultReply reply = engine.whole(call, path, what);
    JsonObject version =
        reply.data().flatMap(data -> VaultReply.member(data, "metadata")).orElse(null);
    if (reply.status() == 404 && reply.isBare() && version == null) {
      throw nothing(what);
    }
    int number = version == null ? 0 : KvEngine.number(version, "version");
    if (reply.status() == 404 && version != null) {
      throw deleted(number, what);
    }
    if (version == null || number == 0) {
      throw reply.status() == 200
          ? VaultErrors.notUnderstood(what, reply.status())
          : call.translate(reply, what);
    }
    tellOnce(path, version.get("custom_metadata") != null);
    return new SecretHead(new Version(Integer.toString(number)), flag(version));
  }

  private void tellOnce(KvPath path, boolean showsFlags) {
    if (told.compareAndSet(false, true)) {
      log.atWarn()
          .addKeyValue("store", store)
          .addKeyValue("path", path.value())
          .log(
              "the agent's policy does not let it read the metadata of secrets: each look reads the"
                  + (showsFlags
                      ? " whole secret instead"
                      : " whole secret instead, and compromise flags cannot be seen")
                  + "; grant read on metadata/, as in deploy/policies");
    }
  }

  /** Sets the flag, or clears it when there is none to set; leaves other custom metadata alone. */
  void mark(VaultCall call, KvPath path, Optional<CompromiseFlag> flag) {
    String what =
        "%s %s in store %s"
            .formatted(flag.isPresent() ? "flagging" : "unflagging", path.value(), store);
    Optional<CompromiseFlag> wanted = flag.map(f -> new CompromiseFlag(printable(f.mark())));
    for (int attempt = 1; !isMarked(call, path, wanted, what); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new StoreException.Conflict(
            what + ": somebody else changed the metadata each time in between; repeat it");
      }
    }
  }

  /** Whether it is so now; if not, somebody else changed the metadata in between. */
  private boolean isMarked(
      VaultCall call, KvPath path, Optional<CompromiseFlag> wanted, String what) {
    JsonObject metadata = metadata(engine.metadata(call, path, what), call, what);
    if (head(metadata, what).flag().equals(wanted)) {
      return true;
    }
    JsonValue member = wanted.map(f -> Json.value(f.mark())).orElse(Json.NULL);
    VaultReply changed =
        engine.patchMetadata(call, path, new JsonObject().add(FLAG, member), metadata, what);
    // Without the right to patch, or before Vault 1.9, which has no patch.
    if (changed.status() == DENIED || changed.status() == 405) {
      changed = replace(call, path, wanted, what);
    }
    if (changed.status() == 400
        && changed.says("metadata check-and-set parameter does not match")) {
      return false;
    }
    requireDone(changed, call, what);
    return true;
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
   * Vault cannot check-and-set custom metadata, OpenBao can. So they are read again right before
   * they are written, and what somebody else adds between the two is lost in Vault; with the right
   * to patch nothing is.
   */
  private VaultReply replace(
      VaultCall call, KvPath path, Optional<CompromiseFlag> wanted, String what) {
    JsonObject metadata = metadata(engine.metadata(call, path, what), call, what);
    JsonObject custom =
        VaultReply.member(metadata, "custom_metadata")
            .map(JsonObject::new)
            .orElseGet(JsonObject::new);
    if (wanted.isPresent()) {
      custom.set(FLAG, wanted.get().mark());
    } else {
      custom.remove(FLAG);
    }
    return engine.writeMetadata(call, path, custom, metadata, what);
  }

  private static JsonObject metadata(VaultReply reply, VaultCall call, String what) {
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
