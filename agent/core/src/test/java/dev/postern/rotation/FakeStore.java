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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store in memory that survives the agent, for one path. */
public final class FakeStore implements SecretStore {
  public record Entry(int number, Map<String, String> fields, @Nullable RotationId rotation) {}

  public Entry current;
  public @Nullable Entry pending;
  @Nullable CompromiseFlag flag;
  public boolean staging = true;
  boolean writable = true;

  /** Whether it does not know afterwards which rotation wrote a version. */
  boolean forgetsRotations;

  /** Runs before each look at the head. */
  @Nullable Runnable beforeHead;

  public @Nullable StoreException failure;
  @Nullable StoreException promoteFailure;
  private final Map<String, Entry> old = new HashMap<>();
  private int last = 1;

  public FakeStore(Map<String, String> fields) {
    current = new Entry(1, fields, null);
  }

  private void mayFail() {
    if (failure != null) {
      throw failure;
    }
  }

  /** Somebody else writes a new version. */
  void writtenByAnother(Map<String, String> fields) {
    old.put(Integer.toString(current.number), current);
    current = new Entry(++last, fields, null);
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public StoreCapabilities capabilities() {
    return new StoreCapabilities(writable, staging, true, true, 10);
  }

  @Override
  public synchronized SecretHead head(SecretPath path) {
    if (beforeHead != null) {
      beforeHead.run();
    }
    mayFail();
    return new SecretHead(version(current), Optional.ofNullable(flag));
  }

  @Override
  public synchronized StoredSecret readCurrent(SecretPath path) {
    mayFail();
    return stored(current);
  }

  @Override
  public synchronized StoredSecret readVersion(SecretPath path, Version version) {
    mayFail();
    if (version.equals(version(current))) {
      return stored(current);
    }
    Entry entry = old.get(version.id());
    if (entry == null) {
      throw new StoreException.NotFound("no version " + version);
    }
    return stored(entry);
  }

  @Override
  public synchronized Optional<StoredSecret> readPending(SecretPath path) {
    mayFail();
    return Optional.ofNullable(pending).map(FakeStore::stored);
  }

  @Override
  public synchronized Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    mayFail();
    if (pending != null && !rotation.equals(pending.rotation)) {
      throw new StoreException.Conflict("another rotation's version is pending");
    }
    if (pending == null) {
      pending = new Entry(++last, reveal(fields), rotation);
    }
    return version(pending);
  }

  @Override
  public synchronized Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    mayFail();
    if (promoteFailure != null) {
      throw promoteFailure;
    }
    if (rotation.equals(current.rotation)) {
      return version(current);
    }
    if (!version(current).equals(expectedCurrent)) {
      throw new StoreException.Conflict("somebody else wrote version " + current.number);
    }
    if (staging && (pending == null || !rotation.equals(pending.rotation))) {
      throw new StoreException.NotFound("nothing of this rotation is pending");
    }
    old.put(Integer.toString(current.number), current);
    current = pending != null ? pending : new Entry(++last, reveal(fields), rotation);
    if (forgetsRotations) {
      current = new Entry(current.number, current.fields, null);
    }
    pending = null;
    return version(current);
  }

  @Override
  public synchronized void dropPending(SecretPath path, RotationId rotation) {
    mayFail();
    if (pending != null && rotation.equals(pending.rotation)) {
      pending = null;
    }
  }

  @Override
  public synchronized void flagCompromised(SecretPath path, CompromiseFlag mark) {
    mayFail();
    flag = mark;
  }

  @Override
  public synchronized void unflagCompromised(SecretPath path) {
    mayFail();
    flag = null;
  }

  @Override
  public void check() {
    mayFail();
  }

  @Override
  public void close() {}

  String value() {
    return String.valueOf(current.fields.get("api_key"));
  }

  private static Version version(Entry entry) {
    return new Version(Integer.toString(entry.number));
  }

  private static StoredSecret stored(Entry entry) {
    Map<String, SecretBytes> fields = new HashMap<>();
    entry.fields.forEach((name, value) -> fields.put(name, SecretBytes.ofUtf8(value)));
    return new StoredSecret(
        version(entry),
        SecretFields.takeOwnershipOf(fields),
        Optional.ofNullable(entry.rotation),
        Optional.empty());
  }

  private static Map<String, String> reveal(SecretFields fields) {
    Map<String, String> plain = new HashMap<>();
    fields.names().forEach(name -> plain.put(name, fields.field(name).orElseThrow().exposeUtf8()));
    return plain;
  }
}
