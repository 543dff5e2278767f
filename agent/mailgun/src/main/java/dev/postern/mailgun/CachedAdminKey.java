package dev.postern.mailgun;

import dev.postern.SecretBytes;
import org.jspecify.annotations.Nullable;

/**
 * The admin key in secret memory, from the first use on. Thread-safe; never reads under its lock.
 */
final class CachedAdminKey implements AutoCloseable {
  private final AdminKey source;
  private @Nullable SecretBytes key;
  private int generation;
  private boolean closed;
  private boolean outdated;

  CachedAdminKey(AdminKey source) {
    this.source = source;
  }

  /** Which of the values that the source gave, in their order, a request is made with. */
  int generation() {
    if (isWanted()) {
      replace(source.read());
    }
    synchronized (this) {
      return generation;
    }
  }

  synchronized String exposeHeader() throws WireFailure {
    if (key == null) {
      throw WireFailure.closed();
    }
    return Authorization.exposeHeader(key);
  }

  /**
   * Reads once more after a refusal.
   *
   * @return whether there is now another key than in that generation
   */
  boolean isRenewedSince(int refused) {
    synchronized (this) {
      if (closed) {
        return false;
      }
      if (generation != refused) {
        return true;
      }
    }
    return replace(source.read());
  }

  /** Whether this is the key of the present generation. */
  synchronized boolean is(SecretBytes other) {
    return key != null && key.sameAs(other);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (key != null) {
      key.close();
      key = null;
    }
  }

  /** The key in the store may be another one now: it is read before the next call. */
  synchronized void renew() {
    outdated = true;
  }

  private synchronized boolean isWanted() {
    return (key == null || outdated) && !closed;
  }

  private synchronized boolean replace(SecretBytes fresh) {
    outdated = false;
    if (closed || (key != null && key.sameAs(fresh))) {
      fresh.close();
      return false;
    }
    if (key != null) {
      key.close();
    }
    key = fresh;
    generation++;
    return true;
  }
}
