package dev.postern.consumer;

import dev.postern.SecretName;
import dev.postern.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which version of which secret. Lives in memory: a consumer is known from its first
 * fetch until its process is gone; one that asks anew for every use and keeps nothing, only as long
 * as one use takes.
 *
 * <p>Thread-safe; one lock, held for a few map operations, so the event loop may call it.
 */
public final class ConsumerRegistry implements Holdings {
  /** How long a consumer in another pid namespace, whose end cannot be seen, counts as alive. */
  private static final Duration UNSEEN_PROCESS_LIFE = Duration.ofMinutes(10);

  /**
   * @param file its name where the consumer is a file; a process is known without its name, which
   *     it may change
   */
  private record Key(SecretName secret, int uid, int gid, int pid, String file) {}

  private static final class Entry {
    final Consumer consumer;
    Version fetched;
    boolean acknowledged;
    Instant since;
    Instant lastSeen;

    /** When it last was there for certain: it asked for something, or a connection of it ended. */
    Instant lastAlive;

    /** When the use that it was asked for is over; none for a consumer that keeps what it has. */
    @Nullable Instant usedUntil;

    Entry(Consumer consumer, Version fetched, Instant since) {
      this.consumer = consumer;
      this.fetched = fetched;
      this.since = since;
      this.lastSeen = since;
      this.lastAlive = since;
    }
  }

  private final InstantSource time;
  private final Predicate<Consumer> alive;
  private final Function<SecretName, AckMode> ackMode;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<Key, Entry> entries = new HashMap<>();
  private final Map<Consumer, Integer> connections = new HashMap<>();
  private final Set<Watching> watchings = new LinkedHashSet<>();

  /**
   * @param alive whether a process with a known pid still runs, or a file is still kept
   * @param ackMode how each secret's consumers acknowledge
   */
  public ConsumerRegistry(
      InstantSource time, Predicate<Consumer> alive, Function<SecretName, AckMode> ackMode) {
    this.time = time;
    this.alive = alive;
    this.ackMode = ackMode;
  }

  /** Whether a process of this machine and pid namespace still runs. */
  public static boolean processRuns(Consumer consumer) {
    return ProcessHandle.of(consumer.pid()).map(ProcessHandle::isAlive).orElse(false);
  }

  @Override
  public Listening onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void restore(SecretName secret, Version version, Consumer consumer) {
    fetched(secret, version, consumer);
  }

  /** A consumer was given this version, keeps it, and acknowledges as the secret's consumers do. */
  public void fetched(SecretName secret, Version version, Consumer consumer) {
    fetched(secret, version, consumer, ackMode.apply(secret));
  }

  /**
   * A consumer was given this version, and keeps it.
   *
   * @param mode how this one acknowledges it
   */
  public void fetched(SecretName secret, Version version, Consumer consumer, AckMode mode) {
    boolean news;
    synchronized (this) {
      Entry entry = entries.get(keyOf(secret, consumer));
      news = isNews(entry, version);
      entry = given(secret, version, consumer);
      entry.acknowledged |= mode == AckMode.FETCH;
      entry.usedUntil = null;
    }
    if (news) {
      listeners.forEach(Runnable::run);
    }
  }

  /**
   * A consumer was given this version for one use, and will ask again before the next one. It holds
   * the version for the time of the use and then nothing; asking is its acknowledgement, however
   * the others acknowledge, because it uses what it was given and has no other way to say so.
   *
   * @param use how long the use may take; whoever calls this also calls {@link #forgetUsed}
   */
  public void lookedUp(SecretName secret, Version version, Consumer consumer, Duration use) {
    boolean news;
    synchronized (this) {
      Entry before = entries.get(keyOf(secret, consumer));
      news = isNews(before, version);
      boolean keeps = before != null && before.usedUntil == null;
      Entry entry = given(secret, version, consumer);
      entry.acknowledged = true;
      if (!keeps) {
        entry.usedUntil = entry.lastSeen.plus(use);
      }
    }
    if (news) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Forgets those whose use is over; to be called every now and then where there are such. */
  public void forgetUsed() {
    Instant now = time.instant();
    boolean some;
    synchronized (this) {
      some = entries.values().removeIf(entry -> entry.usedUntil != null && !lives(entry, now));
    }
    if (some) {
      listeners.forEach(Runnable::run);
    }
  }

  private static boolean isNews(@Nullable Entry known, Version version) {
    return known == null || !known.fetched.equals(version);
  }

  private Entry given(SecretName secret, Version version, Consumer consumer) {
    Instant now = time.instant();
    Entry entry =
        entries.computeIfAbsent(keyOf(secret, consumer), key -> new Entry(consumer, version, now));
    if (!entry.fetched.equals(version)) {
      entry.fetched = version;
      entry.since = now;
      entry.acknowledged = false;
    }
    entry.lastSeen = now;
    entry.lastAlive = now;
    return entry;
  }

  /**
   * A file was replaced by one that holds this version; whoever reads it has not been told yet, or
   * has not said that it took it up.
   */
  public void replaced(SecretName secret, Version version, Consumer file) {
    synchronized (this) {
      given(secret, version, file).acknowledged = false;
    }
    listeners.forEach(Runnable::run);
  }

  /** A consumer says that it uses this version, which the caller found to be the current one. */
  public void acknowledged(SecretName secret, Version version, Consumer consumer) {
    synchronized (this) {
      Entry entry = given(secret, version, consumer);
      entry.acknowledged = true;
      entry.usedUntil = null;
    }
    listeners.forEach(Runnable::run);
  }

  /** A connection of this consumer was accepted. */
  public synchronized void connected(Consumer consumer) {
    connections.merge(consumer, 1, Integer::sum);
  }

  /** A connection of this consumer was closed. */
  public void disconnected(Consumer consumer) {
    Instant now = time.instant();
    synchronized (this) {
      connections.computeIfPresent(consumer, (same, count) -> count == 1 ? null : count - 1);
      entries.values().stream()
          .filter(entry -> entry.consumer.equals(consumer))
          .forEach(entry -> entry.lastAlive = now);
    }
    listeners.forEach(Runnable::run);
  }

  /**
   * A consumer begins to watch for new versions. That alone gives it none, so nobody waits for it.
   *
   * @return to be closed when it stops
   */
  public Watching watches(List<SecretName> secrets, Consumer consumer) {
    Watching begun = new Watching(this, consumer, secrets, time.instant());
    synchronized (this) {
      watchings.add(begun);
    }
    return begun;
  }

  synchronized void ended(Watching watching) {
    watchings.remove(watching);
  }

  /** What living consumers hold or watch of these secrets, by secret and consumer. */
  public List<Interest> interests(Predicate<SecretName> secrets) {
    Map<Key, Holding> held = new HashMap<>();
    List<Watching> open;
    synchronized (this) {
      holdings(key -> secrets.test(key.secret))
          .forEach(one -> held.put(keyOf(one.secret(), one.consumer()), one));
      open = List.copyOf(watchings);
    }
    // The first of several watches of one consumer is the one that began first.
    Map<Key, Watching> watched = new HashMap<>();
    for (Watching watching : open) {
      for (SecretName secret : watching.secrets()) {
        if (secrets.test(secret)) {
          watched.putIfAbsent(keyOf(secret, watching.consumer()), watching);
        }
      }
    }
    List<Interest> found = new ArrayList<>();
    held.forEach(
        (key, one) ->
            found.add(
                new Interest(
                    key.secret,
                    one.consumer(),
                    Optional.of(one),
                    watched.remove(key) != null,
                    one.since())));
    watched.forEach(
        (key, one) ->
            found.add(
                new Interest(key.secret, one.consumer(), Optional.empty(), true, one.since())));
    found.sort(order(Interest::secret, Interest::consumer));
    return found;
  }

  private static <T> Comparator<T> order(
      Function<T, SecretName> secret, Function<T, Consumer> consumer) {
    return Comparator.comparing(secret)
        .thenComparing(
            consumer,
            Comparator.comparingInt(Consumer::uid)
                .thenComparingInt(Consumer::pid)
                .thenComparing(Consumer::name));
  }

  /** All that is held by living consumers, by secret and consumer. */
  public List<Holding> holdings() {
    return holdings(key -> true);
  }

  @Override
  public List<Holding> holdings(SecretName secret) {
    return holdings(key -> key.secret.equals(secret));
  }

  private synchronized List<Holding> holdings(Predicate<Key> wanted) {
    Instant now = time.instant();
    entries.values().removeIf(entry -> !lives(entry, now));
    List<Holding> found = new ArrayList<>();
    entries.forEach(
        (key, entry) -> {
          if (wanted.test(key)) {
            found.add(
                new Holding(
                    key.secret,
                    entry.consumer,
                    entry.fetched,
                    entry.acknowledged,
                    entry.since,
                    entry.lastSeen,
                    connections.containsKey(entry.consumer)));
          }
        });
    found.sort(order(Holding::secret, Holding::consumer));
    return found;
  }

  private boolean lives(Entry entry, Instant now) {
    Instant usedUntil = entry.usedUntil;
    if (usedUntil != null) {
      return now.isBefore(usedUntil);
    }
    if (connections.containsKey(entry.consumer)) {
      return true;
    }
    if (entry.consumer.pid() > 0 || entry.consumer.isFile()) {
      return alive.test(entry.consumer);
    }
    return Duration.between(entry.lastAlive, now).compareTo(UNSEEN_PROCESS_LIFE) < 0;
  }

  private static Key keyOf(SecretName secret, Consumer consumer) {
    return new Key(
        secret,
        consumer.uid(),
        consumer.gid(),
        consumer.pid(),
        consumer.isFile() ? consumer.name() : "");
  }
}
