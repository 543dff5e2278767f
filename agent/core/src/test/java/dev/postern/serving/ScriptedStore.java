package dev.postern.serving;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.ReadOnlyStore;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store for readers, whose answers a test sets between two looks. */
final class ScriptedStore implements ReadOnlyStore {
  final AtomicInteger heads = new AtomicInteger();
  final AtomicInteger reads = new AtomicInteger();
  final List<SecretFields> handedOut = new ArrayList<>();
  volatile String version = "1";
  volatile Map<String, String> fields = Map.of("api_key", "value-1");
  volatile @Nullable CompromiseFlag flag;
  volatile @Nullable RuntimeException failure;

  /** Runs within the next reading of the value, after the old value was looked up. */
  volatile @Nullable Runnable whileReading;

  void put(String newVersion, Map<String, String> newFields) {
    version = newVersion;
    fields = newFields;
  }

  private void mayFail() {
    RuntimeException wanted = failure;
    if (wanted != null) {
      throw wanted;
    }
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public SecretHead head(SecretPath path) {
    heads.incrementAndGet();
    mayFail();
    return new SecretHead(new Version(version), Optional.ofNullable(flag));
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    reads.incrementAndGet();
    mayFail();
    Map<String, SecretBytes> values = new HashMap<>();
    fields.forEach((name, value) -> values.put(name, SecretBytes.ofUtf8(value)));
    StoredSecret stored =
        new StoredSecret(
            new Version(version),
            SecretFields.takeOwnershipOf(values),
            Optional.empty(),
            Optional.of(Instant.EPOCH));
    handedOut.add(stored.fields());
    Runnable interlude = whileReading;
    whileReading = null;
    if (interlude != null) {
      interlude.run();
    }
    return stored;
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version wanted) {
    throw new StoreException.Unsupported("not needed here");
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    throw new StoreException.Unsupported("not needed here");
  }

  @Override
  public StoreException.Unsupported readOnly(SecretPath path) {
    return new StoreException.Unsupported("read-only");
  }

  @Override
  public void check() {
    mayFail();
  }

  @Override
  public void close() {}
}
