package dev.postern.store.conjur;

import dev.postern.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The agent's token: fetched when it is first needed, renewed before it ends, by one thread for all
 * that wait. While the old one is good, a login that fails hurts nobody.
 */
final class TokenKeeper {
  /** After a renewal ahead of time has failed. */
  private static final Duration NEXT_TRY = Duration.ofSeconds(10);

  private final String store;
  private final Function<Deadline, AccessToken> login;
  private final InstantSource clock;
  private final AtomicReference<@Nullable CompletableFuture<AccessToken>> flight =
      new AtomicReference<>();
  private volatile @Nullable AccessToken kept;

  TokenKeeper(String store, Function<Deadline, AccessToken> login, InstantSource clock) {
    this.store = store;
    this.login = login;
    this.clock = clock;
  }

  AccessToken token(Deadline deadline) {
    AccessToken held = kept;
    Instant now = clock.instant();
    if (held == null || !held.isValid(now)) {
      return renewed(held, deadline);
    }
    return held.isFresh(now) ? held : renewedAhead(held, deadline);
  }

  /** After the server refused a token that should have been good. */
  AccessToken insteadOf(AccessToken refused, Deadline deadline) {
    return renewed(refused, deadline);
  }

  void forget() {
    kept = null;
  }

  private AccessToken renewedAhead(AccessToken held, Deadline deadline) {
    try {
      return renewed(held, deadline.half());
    } catch (StoreException e) {
      AccessToken patient = held.freshUntil(clock.instant().plus(NEXT_TRY));
      if (kept == held) {
        kept = patient;
      }
      return patient;
    }
  }

  private AccessToken renewed(@Nullable AccessToken replaced, Deadline deadline) {
    CompletableFuture<AccessToken> mine = new CompletableFuture<>();
    CompletableFuture<AccessToken> others = flight.compareAndExchange(null, mine);
    if (others != null) {
      return awaited(others, deadline);
    }
    try {
      AccessToken now = kept;
      if (now == null || now == replaced) {
        now = login.apply(deadline);
        kept = now;
      }
      mine.complete(now);
      return now;
    } catch (RuntimeException e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      flight.set(null);
    }
  }

  private AccessToken awaited(CompletableFuture<AccessToken> others, Deadline deadline) {
    try {
      return others.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException refused) {
        throw refused;
      }
      throw late(deadline);
    } catch (TimeoutException e) {
      throw late(deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw late(deadline);
    }
  }

  private StoreException late(Deadline deadline) {
    return new StoreException.Unavailable(
        "store %s: no login at conjur within %s".formatted(store, deadline.text()), null);
  }
}
