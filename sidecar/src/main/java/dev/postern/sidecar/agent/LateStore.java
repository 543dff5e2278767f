package dev.postern.sidecar.agent;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that could not be opened when the agent started, for a reason that may pass: every call
 * tries again, so that the agent recovers without a restart.
 */
final class LateStore implements SecretStore {
  private final String name;
  private final Supplier<SecretStore> opener;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable SecretStore store;
  private boolean closed;

  private LateStore(String name, Supplier<SecretStore> opener) {
    this.name = name;
    this.opener = opener;
  }

  /**
   * The store itself where it can be opened.
   *
   * @throws StoreException when it cannot, and only a person can change that
   */
  static SecretStore open(String name, Supplier<SecretStore> opener) {
    try {
      return opener.get();
    } catch (StoreException e) {
      if (e.isTransient()) {
        return new LateStore(name, opener);
      }
      throw e;
    }
  }

  private SecretStore opened() {
    SecretStore known = store;
    if (known != null) {
      return known;
    }
    try {
      opening.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException.Unavailable("store " + name + " is not open yet", e);
    }
    try {
      if (closed) {
        throw new IllegalStateException("store " + name + " is closed");
      }
      SecretStore now = store;
      if (now == null) {
        now = opener.get();
        store = now;
      }
      return now;
    } finally {
      opening.unlock();
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** Until it is known: everything. Whoever tries hears that the store cannot be reached. */
  @Override
  public StoreCapabilities capabilities() {
    SecretStore known = store;
    return known == null ? new StoreCapabilities(true, true, true, true, 0) : known.capabilities();
  }

  @Override
  public SecretHead head(SecretPath path) {
    return opened().head(path);
  }

  @Override
  public Map<SecretPath, Look> look(Set<SecretPath> paths) {
    return opened().look(paths);
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    return opened().readCurrent(path);
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    return opened().readVersion(path, version);
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    return opened().readPending(path);
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    return opened().stage(path, rotation, fields);
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    return opened().promote(path, rotation, fields, expectedCurrent);
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    opened().dropPending(path, rotation);
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    opened().flagCompromised(path, flag);
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    opened().unflagCompromised(path);
  }

  @Override
  public void check() {
    opened().check();
  }

  @Override
  public void close() {
    opening.lock();
    try {
      closed = true;
      SecretStore known = store;
      if (known != null) {
        known.close();
      }
    } finally {
      opening.unlock();
    }
  }
}
