package dev.postern.kubernetes;

import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one object that an agent writes: that it is there, what it serves, and what was asked for at
 * it. Written once a minute, and soon after a change; what others have put there stays.
 *
 * <p>Thread-safe; no method blocks but those that await something.
 */
final class AgentLease {
  /** After which an agent that does not write any more is not waited for. */
  static final Duration DURATION = Duration.ofMinutes(3);

  private static final Logger log = LoggerFactory.getLogger(AgentLease.class);
  private static final Duration HEARTBEAT = Duration.ofMinutes(1);

  /** From one write to the next at least, so that consumers who come at once make one write. */
  private static final Duration COALESCE = Duration.ofMillis(500);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final ClusterApi api;
  private final AgentIdentity identity;
  private final FleetTime time;
  private final RandomGenerator random;
  private final String name;
  private final Turns turns;
  private final CountDownLatch announced = new CountDownLatch(1);

  private final Object lock = new Object();
  private Map<String, Held> holds = Map.of();

  /** By id; also what an earlier run of this agent was asked for and nobody has answered. */
  private final Map<String, FleetRequest> asked = new TreeMap<>();

  /** The ids of requests that were answered, by secret. */
  private final Map<String, Set<String>> settled = new HashMap<>();

  /** The ids of requests that were taken back. */
  private final Set<String> withdrawn = new HashSet<>();

  /** The ids of the requests that the Lease has, as it was written last. */
  private Set<String> onLease = Set.of();

  private @Nullable Long writtenNanos;

  // Only touched in a turn.
  private @Nullable ClusterObject stored;
  private Duration retry = FIRST_RETRY;
  private boolean left;

  AgentLease(ClusterApi api, AgentIdentity identity, FleetTime time, RandomGenerator random) {
    this.api = api;
    this.identity = identity;
    this.time = time;
    this.random = random;
    this.name = identity.names().agent(identity.pod().name());
    this.turns = new Turns(time, this::turn);
  }

  void start() {
    turns.soon(Duration.ZERO);
  }

  /** Waits until the fleet was told that this agent is there; returns whether it was. */
  boolean awaitAnnounced(Duration longest) throws InterruptedException {
    return announced.await(longest.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** What this agent serves now, by secret. */
  void report(Map<String, Held> now) {
    synchronized (lock) {
      if (now.equals(holds)) {
        return;
      }
      holds = Map.copyOf(now);
    }
    soon();
  }

  /** Asks for a rotation until it is settled. */
  void ask(FleetRequest request) {
    synchronized (lock) {
      asked.put(request.id(), request);
    }
    soon();
  }

  /** What was asked for here, and is neither answered nor taken back. */
  List<Filing> filings() {
    synchronized (lock) {
      return asked.values().stream()
          .map(request -> new Filing(request, onLease.contains(request.id())))
          .toList();
    }
  }

  /** Takes a request back; the fleet hears of it with the next write. */
  void withdraw(String id) {
    synchronized (lock) {
      withdrawn.add(id);
      if (asked.remove(id) == null) {
        return;
      }
    }
    soon();
  }

  /** Waits until the Lease does not have the request, or for so long; returns whether it has. */
  boolean awaitWithdrawn(String id, Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    synchronized (lock) {
      for (long left = longest.toNanos();
          onLease.contains(id) && left > 0;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
      }
      return !onLease.contains(id);
    }
  }

  /** These requests for a secret were answered, by whichever agent they were asked. */
  void settled(String secret, Set<String> ids) {
    synchronized (lock) {
      settled.put(secret, Set.copyOf(ids));
      if (!asked.keySet().removeAll(ids)) {
        return;
      }
    }
    soon();
  }

  private void soon() {
    turns.soon(
        sinceLastWrite().map(COALESCE::minus).filter(Duration::isPositive).orElse(Duration.ZERO));
  }

  private Optional<Duration> sinceLastWrite() {
    synchronized (lock) {
      return Optional.ofNullable(writtenNanos).map(at -> Duration.ofNanos(time.nanos() - at));
    }
  }

  private Optional<Duration> turn() {
    try {
      write();
      retry = FIRST_RETRY;
      return Optional.of(jittered(HEARTBEAT));
    } catch (ClusterException.Conflict | ClusterException.NotFound changed) {
      stored = null;
      return Optional.of(jittered(COALESCE));
    } catch (ClusterException.Unavailable away) {
      stored = null;
      Duration wanted = away.retryAfter().orElse(Duration.ZERO);
      return Optional.of(jittered(wanted.compareTo(retry) > 0 ? wanted : longer()));
    } catch (ClusterException.Denied denied) {
      log.atError()
          .addKeyValue("lease", name)
          .addKeyValue("problem", denied.getMessage())
          .log("cannot tell the fleet what this agent holds; it is tried again");
      return Optional.of(jittered(HEARTBEAT));
    }
  }

  private Duration longer() {
    Duration now = retry;
    Duration doubled = retry.multipliedBy(2);
    retry = doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
    return now;
  }

  private void write() {
    ClusterObject base = stored;
    if (base == null) {
      base = api.get(Kind.LEASE, name).orElse(null);
    }
    stored = base == null ? api.create(card(fresh())) : api.update(card(base));
    announced.countDown();
    Set<String> written =
        FleetRequests.read(stored.annotations()).stream()
            .map(FleetRequest::id)
            .collect(Collectors.toUnmodifiableSet());
    synchronized (lock) {
      writtenNanos = time.nanos();
      onLease = written;
      lock.notifyAll();
    }
  }

  private ClusterObject fresh() {
    return ClusterObject.fresh(Kind.LEASE, name, Map.of());
  }

  private ClusterObject card(ClusterObject base) {
    Map<String, String> notes = new TreeMap<>(base.annotations());
    synchronized (lock) {
      FleetRequests.read(notes).forEach(one -> asked.putIfAbsent(one.id(), one));
      settled.values().forEach(asked.keySet()::removeAll);
      asked.keySet().removeAll(withdrawn);
      FleetRequests.replace(notes, asked.values());
      notes.put(FleetNames.HOLDS, AgentCard.write(holds));
    }
    notes.put(FleetNames.PROTOCOL_KEY, FleetNames.PROTOCOL);
    notes.put(FleetNames.VERSION_KEY, identity.version());
    notes.put(FleetNames.BEAT, Long.toString(AgentCard.beat(base) + 1));
    return base.withLabels(identity.names().labels(identity.role().label()))
        .withAnnotations(notes)
        .withOwner(identity.pod())
        .withLease(spec(base));
  }

  private LeaseSpec spec(ClusterObject base) {
    LeaseSpec spec =
        new LeaseSpec(
            identity.holder(),
            DURATION,
            base.lease().flatMap(LeaseSpec::acquired).or(() -> Optional.of(time.instant())),
            Optional.of(time.instant()),
            base.lease().map(LeaseSpec::transitions).orElse(0));
    return left ? spec.released() : spec;
  }

  private Duration jittered(Duration about) {
    return about
        .multipliedBy(9)
        .dividedBy(10)
        .plusNanos((long) (about.toNanos() / 5.0 * random.nextDouble()));
  }

  /** Says good-bye, so that nobody waits for this agent. Returns at once. */
  void stop() {
    turns.close(
        () -> {
          left = true;
          try {
            sayGoodbye();
          } catch (ClusterException notSaid) {
            log.atWarn()
                .addKeyValue("lease", name)
                .addKeyValue("problem", notSaid.getMessage())
                .log("the fleet was not told that this agent ends; it is waited for a while");
          }
        });
  }

  /** Waits until it was said, or for so long. */
  void awaitEnd(Duration most) {
    turns.awaitEnd(most);
  }

  private void sayGoodbye() {
    try {
      write();
    } catch (ClusterException.Conflict touched) {
      stored = null;
      write();
    }
  }
}
