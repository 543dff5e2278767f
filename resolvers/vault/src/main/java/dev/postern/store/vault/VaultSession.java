package dev.postern.store.vault;

import dev.postern.SecretBytes;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's token: obtained at the first call, renewed by the first call after about two thirds
 * of its lease, at a moment that differs from agent to agent, and obtained anew when it cannot be
 * renewed. No thread of its own: an agent that asks nothing needs no token. However many calls find
 * it due, one does the work; while the token still lives, the others do not wait for it.
 *
 * <p>Thread-safe.
 */
final class VaultSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VaultSession.class);

  private static final double EARLIEST = 0.6;
  private static final double LATEST = 0.75;

  /** A lease that a renewal prolongs by less than this share is at its end: log in anew. */
  private static final int SHORTENED = 2;

  /** How often, at most, a denied call makes the agent log in anew for the chance that it helps. */
  private static final Duration BETWEEN_DOUBTS = Duration.ofMinutes(1);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final String store;
  private final TokenSource source;
  private final InstantSource clock;
  private final RandomGenerator random;

  private @Nullable Held held;
  private @Nullable CompletableFuture<Long> underWay;
  private @Nullable Instant lastDoubt;
  private long count;
  private boolean closed;

  VaultSession(String store, TokenSource source, InstantSource clock, RandomGenerator random) {
    this.store = store;
    this.source = source;
    this.clock = clock;
    this.random = random;
  }

  /** A token for one request; {@code number} tells whether it is still the newest. */
  static final class Ticket {
    private final String token;
    private final long number;

    private Ticket(String token, long number) {
      this.token = token;
      this.number = number;
    }

    String exposeToken() {
      return token;
    }
  }

  /** The token held, and its lease. */
  private static final class Held {
    final SecretBytes token;
    final long number;
    final boolean renewable;
    Duration lease;
    @Nullable Instant due;
    @Nullable Instant end;

    Held(Grant grant, long number) {
      this.token = grant.token();
      this.number = number;
      this.renewable = grant.renewable();
      this.lease = grant.lease();
    }

    boolean alive(Instant now) {
      return end == null || now.isBefore(end);
    }
  }

  /**
   * @throws StoreException when no token can be had
   */
  Ticket authorise(BoundedClient client) {
    CompletableFuture<Long> flight;
    boolean mine = false;
    synchronized (this) {
      requireOpen();
      Instant now = clock.instant();
      Held token = held;
      boolean alive = token != null && token.alive(now);
      if (token != null && alive && (underWay != null || !isDue(token, now))) {
        return ticket(token);
      }
      if (underWay == null) {
        underWay = new CompletableFuture<>();
        mine = true;
      }
      flight = underWay;
    }
    if (mine) {
      fly(flight, client);
    } else {
      await(flight, client.deadline());
    }
    return newest();
  }

  /**
   * To be called when a request with the ticket was denied.
   *
   * @param certain whether the answer says that it is the token which is wrong, not a right missing
   * @return another token to try with, unless that is pointless
   */
  Optional<Ticket> after(Ticket denied, boolean certain, BoundedClient client) {
    synchronized (this) {
      requireOpen();
      if (held != null && held.number == denied.number) {
        Instant now = clock.instant();
        boolean doubtful =
            lastDoubt == null || Duration.between(lastDoubt, now).compareTo(BETWEEN_DOUBTS) >= 0;
        if (!certain && (!doubtful || !source.mayGiveAnother())) {
          return Optional.empty();
        }
        lastDoubt = now;
        discard();
      }
    }
    Ticket fresh = authorise(client);
    return Optional.of(fresh).filter(ticket -> ticket.number != denied.number);
  }

  /** Wipes the token. It ends with its lease; revoking it would need a call that may hang. */
  @Override
  public synchronized void close() {
    closed = true;
    discard();
    source.close();
  }

  /** Renews or obtains the token, with no lock held. */
  private void fly(CompletableFuture<Long> flight, BoundedClient client) {
    Held before;
    String token;
    synchronized (this) {
      before = held != null && held.alive(clock.instant()) ? held : null;
      token = before == null ? "" : before.token.exposeUtf8();
    }
    try {
      if (before == null || source.changed() || !renewed(before, token, client)) {
        obtain(client);
      }
      land(flight, null);
    } catch (StoreException e) {
      boolean bearable = before != null && postponed(before);
      if (bearable) {
        LOG.atWarn()
            .addKeyValue("store", store)
            .log("the token could not be renewed and is used while it lives: {}", e.getMessage());
      }
      land(flight, bearable ? null : e);
      if (!bearable) {
        throw e;
      }
    } catch (RuntimeException | Error e) {
      land(flight, e);
      throw e;
    }
  }

  private boolean renewed(Held token, String text, BoundedClient client) {
    if (!token.renewable) {
      return false;
    }
    Optional<Duration> lease = source.renew(text, client);
    if (lease.isEmpty() || lease.get().multipliedBy(SHORTENED).compareTo(token.lease) < 0) {
      // Near the end of what the role allows. A source without another token has to take it.
      return lease.isPresent() && !source.mayGiveAnother() && prolong(token, lease.get());
    }
    return prolong(token, lease.get());
  }

  private synchronized boolean prolong(Held token, Duration lease) {
    if (token == held) {
      token.lease = lease;
      schedule(token);
    }
    return true;
  }

  private void obtain(BoundedClient client) {
    Grant grant = source.obtain(client);
    synchronized (this) {
      if (closed) {
        grant.token().close();
      }
      requireOpen();
      discard();
      Held fresh = new Held(grant, ++count);
      schedule(fresh);
      held = fresh;
    }
  }

  private synchronized void land(CompletableFuture<Long> flight, @Nullable Throwable failure) {
    underWay = null;
    if (failure == null) {
      flight.complete(count);
    } else {
      flight.completeExceptionally(failure);
    }
  }

  /** Goes on with a token that lives, and tries again in a while. */
  private synchronized boolean postponed(Held token) {
    Instant now = clock.instant();
    if (token != held || token.end == null || !token.alive(now)) {
      return false;
    }
    Duration quarter = Duration.between(now, token.end).dividedBy(4);
    token.due = now.plus(quarter.compareTo(LONGEST_PAUSE) < 0 ? quarter : LONGEST_PAUSE);
    return true;
  }

  private void schedule(Held token) {
    if (token.lease.isZero()) {
      token.due = null;
      token.end = null;
      return;
    }
    Instant now = clock.instant();
    double share = EARLIEST + (LATEST - EARLIEST) * random.nextDouble();
    token.due = now.plusMillis((long) (token.lease.toMillis() * share));
    token.end = now.plus(token.lease);
  }

  private boolean isDue(Held token, Instant now) {
    return (token.due != null && !now.isBefore(token.due)) || source.changed();
  }

  private synchronized Ticket newest() {
    requireOpen();
    if (held == null) {
      throw new StoreException.Unavailable(
          "store %s: the token was refused while another call obtained it".formatted(store), null);
    }
    return ticket(held);
  }

  private static Ticket ticket(Held token) {
    return new Ticket(token.token.exposeUtf8(), token.number);
  }

  private void await(CompletableFuture<Long> flight, Deadline deadline) {
    try {
      flight.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("the login of another call failed", e.getCause());
    } catch (TimeoutException e) {
      throw new StoreException.Unavailable(
          "store %s: no token within %s".formatted(store, deadline.text()), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException.Unavailable(
          "store %s: the call was interrupted".formatted(store), null);
    }
  }

  private void discard() {
    if (held != null) {
      held.token.close();
      held = null;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("store " + store + " was closed");
    }
  }
}
