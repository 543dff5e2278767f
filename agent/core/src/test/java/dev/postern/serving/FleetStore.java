package dev.postern.serving;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.ReadOnlyStore;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store of many secrets that counts the calls it gets, and that a test lets fail or hang. With a
 * batch it looks at so many in one call, as AWS does; without one, one after another.
 */
final class FleetStore implements ReadOnlyStore {
  /** What is done at the begin of each call: nothing, throwing, or hanging. */
  @FunctionalInterface
  interface Mood {
    void at(String operation, SecretPath path) throws InterruptedException;
  }

  private final String name;
  private final int batch;
  private final Map<SecretPath, Integer> versions = new ConcurrentHashMap<>();
  private final Map<SecretPath, CompromiseFlag> flags = new ConcurrentHashMap<>();
  private final AtomicInteger running = new AtomicInteger();

  final AtomicInteger heads = new AtomicInteger();
  final AtomicInteger batches = new AtomicInteger();
  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  final List<SecretFields> handedOut = new ArrayList<>();
  volatile Mood mood = (operation, path) -> {};

  /** Asked for the failure of one secret within a batch, which as a whole succeeds. */
  volatile Function<SecretPath, Optional<StoreException>> single = path -> Optional.empty();

  FleetStore(String name, int batch) {
    this.name = name;
    this.batch = batch;
  }

  /** Every call fails with the same kind of failure. */
  void away() {
    mood =
        (operation, path) -> {
          throw new StoreException.Unavailable("the store is away", null);
        };
  }

  /** Calls wait until the latch is open, whatever interrupts them. */
  void hang(CountDownLatch until) {
    mood =
        (operation, path) -> {
          boolean waiting = true;
          while (waiting) {
            try {
              until.await();
              waiting = false;
            } catch (InterruptedException stubborn) {
              waiting = until.getCount() > 0;
            }
          }
        };
  }

  void well() {
    mood = (operation, path) -> {};
  }

  void put(SecretPath path, int version) {
    versions.put(path, version);
  }

  void flag(SecretPath path, @Nullable CompromiseFlag flag) {
    if (flag == null) {
      flags.remove(path);
    } else {
      flags.put(path, flag);
    }
  }

  int calls() {
    return heads.get() + batches.get() + reads.get();
  }

  private void begin(String operation, SecretPath path) {
    int now = running.incrementAndGet();
    mostAtOnce.accumulateAndGet(now, Math::max);
    try {
      mood.at(operation, path);
    } catch (InterruptedException e) {
      throw new StoreException.Unavailable("interrupted", e);
    } finally {
      running.decrementAndGet();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SecretHead head(SecretPath path) {
    heads.incrementAndGet();
    begin("head", path);
    return seen(path);
  }

  private SecretHead seen(SecretPath path) {
    Optional<StoreException> why = single.apply(path);
    if (why.isPresent()) {
      throw why.get();
    }
    return new SecretHead(version(path), Optional.ofNullable(flags.get(path)));
  }

  private Version version(SecretPath path) {
    return new Version(Integer.toString(versions.getOrDefault(path, 1)));
  }

  @Override
  public Map<SecretPath, Look> look(Set<SecretPath> paths) {
    if (batch == 0) {
      return Look.oneByOne(this, paths);
    }
    Map<SecretPath, Look> looks = new HashMap<>();
    int room = 0;
    for (SecretPath path : paths) {
      if (room == 0) {
        room = batch;
        batches.incrementAndGet();
        begin("batch", path);
      }
      room--;
      try {
        looks.put(path, new Look.Seen(seen(path)));
      } catch (StoreException e) {
        looks.put(path, new Look.Failed(e));
      }
    }
    return looks;
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    reads.incrementAndGet();
    begin("read", path);
    Version version = version(path);
    StoredSecret stored =
        new StoredSecret(
            version,
            SecretFields.takeOwnershipOf(Map.of("api_key", SecretBytes.ofUtf8("value-" + version))),
            Optional.empty(),
            Optional.empty());
    synchronized (handedOut) {
      handedOut.add(stored.fields());
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
    begin("check", new SecretPath("none"));
  }

  @Override
  public void close() {}
}
