package dev.postern.store.vault;

import java.time.Duration;
import java.util.Optional;

/** Where tokens come from. Called by one thread at a time, except {@link #changed}. */
interface TokenSource extends AutoCloseable {

  /**
   * @return its token is the caller's to close
   * @throws dev.postern.store.StoreException when there is none to be had
   */
  Grant obtain(BoundedClient client);

  /**
   * @return the lease that the token has now; empty when the server will not prolong it
   * @throws dev.postern.store.StoreException when the server cannot be asked
   */
  Optional<Duration> renew(String token, BoundedClient client);

  /** Whether what the last token came from was replaced since. Cheap: asked at every call. */
  boolean changed();

  /** Whether asking again may bring another token than the last one. */
  boolean mayGiveAnother();

  @Override
  void close();
}
