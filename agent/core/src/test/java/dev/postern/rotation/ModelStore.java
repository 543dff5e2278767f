package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store to the letter of the port, which can fail, lose an answer, or act later. */
final class ModelStore implements SecretStore {
  record Entry(Version version, Map<String, String> fields, @Nullable RotationId rotation) {}

  Entry current;
  @Nullable Entry pending;
  @Nullable CompromiseFlag flag;
  final Map<Version, Entry> versions = new LinkedHashMap<>();
  final Set<RotationId> promoted = new LinkedHashSet<>();
  private final ModelFaults faults;
  private final List<ModelWorld.Delayed> delayed;
  private final boolean staging;
  private int last;

  ModelStore(
      Map<String, String> fields,
      boolean staging,
      ModelFaults faults,
      List<ModelWorld.Delayed> delayed) {
    this.staging = staging;
    this.faults = faults;
    this.delayed = delayed;
    this.current = entry(fields, null);
    versions.put(current.version, current);
  }

  private Entry entry(Map<String, String> fields, @Nullable RotationId rotation) {
    last++;
    return new Entry(new Version(Integer.toString(last)), fields, rotation);
  }

  private <T> T call(String what, String about, ModelWorld.Act<T> act) {
    switch (faults.take()) {
      case NONE -> {
        return act.carryOut();
      }
      case LOST -> carryOut(act);
      case DELAY -> delayed.add(new ModelWorld.Delayed(what, about, () -> carryOut(act)));
      default -> {}
    }
    throw new StoreException.Unavailable("no answer", null);
  }

  private static void carryOut(ModelWorld.Act<?> act) {
    try {
      act.carryOut();
    } catch (StoreException nobodyHears) {
      // Its caller was told of a failure long ago.
    }
  }

  @Override
  public String name() {
    return "model";
  }

  @Override
  public StoreCapabilities capabilities() {
    return new StoreCapabilities(true, staging, true, true, 10);
  }

  @Override
  public SecretHead head(SecretPath path) {
    return call("", "", () -> new SecretHead(current.version, Optional.ofNullable(flag)));
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    return call("", "", () -> stored(current));
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    return call(
        "",
        "",
        () -> {
          Entry entry = versions.get(version);
          if (entry == null) {
            throw new StoreException.NotFound("no version " + version);
          }
          return stored(entry);
        });
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    return call("", "", () -> Optional.ofNullable(pending).map(ModelStore::stored));
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    Map<String, String> plain = reveal(fields);
    return call("stage", rotation.toString(), () -> stage(rotation, plain));
  }

  private Version stage(RotationId rotation, Map<String, String> fields) {
    Entry there = pending;
    if (there == null) {
      there = entry(fields, rotation);
      pending = there;
    } else if (!rotation.equals(there.rotation) || !fields.equals(there.fields)) {
      throw new StoreException.Conflict("another version is pending");
    }
    return there.version;
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    Map<String, String> plain = reveal(fields);
    return call("promote", rotation.toString(), () -> promote(rotation, plain, expectedCurrent));
  }

  private Version promote(RotationId rotation, Map<String, String> fields, Version expected) {
    if (rotation.equals(current.rotation)) {
      return current.version;
    }
    if (!current.version.equals(expected)) {
      throw new StoreException.Conflict("somebody else wrote version " + current.version);
    }
    Entry next = pending;
    if (staging && (next == null || !rotation.equals(next.rotation))) {
      throw new StoreException.NotFound("nothing of this rotation is pending");
    }
    current = next != null && staging ? next : entry(fields, rotation);
    versions.put(current.version, current);
    promoted.add(rotation);
    pending = null;
    return current.version;
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    call(
        "drop",
        rotation.toString(),
        () -> {
          if (pending != null && rotation.equals(pending.rotation)) {
            pending = null;
          }
          return rotation;
        });
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag mark) {
    call(
        "flag",
        "",
        () -> {
          flag = mark;
          return mark;
        });
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    call(
        "unflag",
        "",
        () -> {
          flag = null;
          return path;
        });
  }

  @Override
  public void check() {}

  @Override
  public void close() {}

  private static StoredSecret stored(Entry entry) {
    Map<String, SecretBytes> fields = new TreeMap<>();
    entry.fields.forEach((name, value) -> fields.put(name, SecretBytes.ofUtf8(value)));
    return new StoredSecret(
        entry.version,
        SecretFields.takeOwnershipOf(fields),
        Optional.ofNullable(entry.rotation),
        Optional.empty());
  }

  static Map<String, String> reveal(SecretFields fields) {
    Map<String, String> plain = new TreeMap<>();
    fields.names().forEach(name -> plain.put(name, fields.field(name).orElseThrow().exposeUtf8()));
    return plain;
  }
}
