package dev.postern.kubernetes;

import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects one of several rotators for one secret, by a Lease, with the rules of client-go's {@code
 * leaderelection}: a Lease has expired when its record did not change for its duration <i>by the
 * observer's own elapsed time</i>. No two clocks are ever compared, so they may differ by hours;
 * they may run apart by as much as the duration is longer than the holder's deadline (a half).
 *
 * <p>A Lease that is missing is made only after it was seen missing for a whole duration: a person
 * who deletes it does not make two rotators.
 *
 * <p>Thread-safe. Whoever started it closes it; that gives the Lease back.
 */
public final class Election implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Election.class);

  /**
   * How long things take.
   *
   * @param leaseDuration after which others may take a Lease that was not renewed
   * @param renewDeadline after which a holder that could not renew stops to act
   * @param renewEvery from one renewal to the next
   * @param retry after a call that failed
   */
  public record Timing(
      Duration leaseDuration, Duration renewDeadline, Duration renewEvery, Duration retry) {
    /** The durations of Kubernetes' own controllers, which renew more often. */
    public static final Timing STANDARD =
        new Timing(
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            Duration.ofSeconds(4),
            Duration.ofSeconds(2));
  }

  /**
   * Who stands for what.
   *
   * @param holder differs with each run of an agent
   */
  public record Candidacy(FleetNames names, String secret, String holder, Timing timing) {}

  /** The Lease as seen last, and since when it is as it is, by our own elapsed time. */
  private record Observed(Optional<ClusterObject> object, long sinceNanos) {
    Optional<LeaseSpec> spec() {
      return object.flatMap(ClusterObject::lease);
    }

    /** The record is compared, not the object: an annotation does not renew a Lease. */
    boolean sameRecordAs(Observed other) {
      return spec().equals(other.spec());
    }
  }

  private final ClusterApi api;
  private final Candidacy candidacy;
  private final ElectionListener listener;
  private final FleetTime time;
  private final RandomGenerator random;
  private final String name;
  private final Turns turns;

  /** What a watch told since the last turn. */
  private final AtomicReference<@Nullable Observed> sighting = new AtomicReference<>();

  // Only touched in a turn.
  private @Nullable Observed observed;
  private @Nullable Term term;
  private boolean closed;

  public Election(
      ClusterApi api,
      Candidacy candidacy,
      ElectionListener listener,
      FleetTime time,
      RandomGenerator random) {
    this.api = api;
    this.candidacy = candidacy;
    this.listener = listener;
    this.time = time;
    this.random = random;
    this.name = candidacy.names().election(candidacy.secret());
    this.turns = new Turns(time, this::turn);
  }

  /** Begins to stand. Returns at once. */
  public void start() {
    turns.soon(jitter(Duration.ofMillis(200)));
  }

  /**
   * A look at the Lease that cost no call: what a watch told. Without any, the Lease is read once
   * in its duration.
   */
  public void saw(ClusterObject lease) {
    if (lease.kind() != Kind.LEASE || !lease.name().equals(name)) {
      return;
    }
    Observed now = new Observed(Optional.of(lease), time.nanos());
    sighting.updateAndGet(
        before -> before != null && before.spec().equals(now.spec()) ? before : now);
    if (released(now)) {
      turns.soon(jitter(Duration.ofMillis(300)));
    }
  }

  private Optional<Duration> turn() {
    if (closed) {
      return Optional.empty();
    }
    Observed told = sighting.getAndSet(null);
    if (term == null && told != null && (observed == null || !observed.sameRecordAs(told))) {
      observed = told;
    }
    Term held = term;
    try {
      return Optional.of(held == null ? stand() : hold(held));
    } catch (ClusterException.Conflict | ClusterException.NotFound changed) {
      // Somebody was faster, or touched it.
      return Optional.of(lookAgain(held));
    } catch (ClusterException.Unavailable away) {
      Duration wanted = away.retryAfter().orElse(Duration.ZERO);
      Duration retry = candidacy.timing().retry();
      return Optional.of(jittered(wanted.compareTo(retry) > 0 ? wanted : retry));
    } catch (ClusterException.Denied denied) {
      log.atError()
          .addKeyValue("secret", candidacy.secret())
          .addKeyValue("problem", denied.getMessage())
          .log("cannot stand for election; it is tried again");
      return Optional.of(jittered(candidacy.timing().leaseDuration()));
    }
  }

  /** Takes the Lease when it is free, and says when to look again. */
  private Duration stand() {
    if (observed == null || free(observed)) {
      observed = look();
    }
    Observed seen = observed;
    if (!free(seen)) {
      return left(seen).plus(jitter(candidacy.timing().retry()));
    }
    long begun = time.nanos();
    ClusterObject taken =
        seen.object().isEmpty() ? api.create(fresh()) : api.update(takenOver(seen.object().get()));
    begin(taken, begun);
    return jittered(candidacy.timing().renewEvery());
  }

  private Observed look() {
    Observed read = new Observed(api.get(Kind.LEASE, name), time.nanos());
    read.object()
        .flatMap(object -> candidacy.names().otherOwner(object, candidacy.secret()))
        .ifPresent(
            problem -> {
              throw new ClusterException.Denied(problem);
            });
    Observed before = observed;
    return before != null && before.sameRecordAs(read)
        ? new Observed(read.object(), before.sinceNanos())
        : read;
  }

  private boolean free(Observed seen) {
    boolean ours = seen.spec().map(LeaseSpec::holder).orElse("").equals(candidacy.holder());
    return released(seen) || ours || !left(seen).isPositive();
  }

  private static boolean released(Observed seen) {
    return seen.object().isPresent() && seen.spec().map(LeaseSpec::holder).orElse("").isEmpty();
  }

  /** How long the Lease as it was seen is somebody's. */
  private Duration left(Observed seen) {
    Duration own = candidacy.timing().leaseDuration();
    Duration written = seen.spec().map(LeaseSpec::duration).orElse(own);
    Duration longest = written.compareTo(own) > 0 ? written : own;
    return longest.minusNanos(time.nanos() - seen.sinceNanos());
  }

  private ClusterObject fresh() {
    return ClusterObject.fresh(
            Kind.LEASE,
            name,
            candidacy.names().labels(FleetNames.ELECTION_ROLE, candidacy.secret()))
        .withLease(mine(0));
  }

  private ClusterObject takenOver(ClusterObject lease) {
    LeaseSpec before = lease.lease().orElseGet(() -> mine(0));
    boolean again = before.holder().equals(candidacy.holder());
    return lease
        .withLabels(candidacy.names().labels(FleetNames.ELECTION_ROLE, candidacy.secret()))
        .withLease(again ? before.renewedAt(time.instant()) : mine(before.transitions() + 1));
  }

  private LeaseSpec mine(int transitions) {
    return new LeaseSpec(
        candidacy.holder(),
        candidacy.timing().leaseDuration(),
        Optional.of(time.instant()),
        Optional.of(time.instant()),
        transitions);
  }

  private void begin(ClusterObject taken, long begun) {
    observed = new Observed(Optional.of(taken), time.nanos());
    Term begins =
        new Term(candidacy, taken.uid(), taken.lease().orElseThrow().transitions(), time, begun);
    term = begins;
    log.atInfo()
        .addKeyValue("secret", candidacy.secret())
        .addKeyValue("term", begins.number())
        .log("this agent is the rotator of the secret");
    listener.elected(begins);
  }

  /** Renews the Lease. */
  private Duration hold(Term held) {
    Observed seen = observed;
    ClusterObject lease = seen == null ? null : seen.object().orElse(null);
    if (lease == null || !isOf(held, lease)) {
      end(held);
      return Duration.ZERO;
    }
    long begun = time.nanos();
    ClusterObject renewed =
        api.update(lease.withLease(lease.lease().orElseThrow().renewedAt(time.instant())));
    observed = new Observed(Optional.of(renewed), time.nanos());
    held.renewed(begun);
    return jittered(candidacy.timing().renewEvery());
  }

  private boolean isOf(Term held, ClusterObject lease) {
    return lease.uid().equals(held.lease())
        && lease.lease().map(LeaseSpec::holder).orElse("").equals(held.holder())
        && lease.lease().orElseThrow().transitions() == held.number();
  }

  private Duration lookAgain(@Nullable Term held) {
    if (held == null) {
      return jitter(candidacy.timing().retry());
    }
    try {
      observed = new Observed(api.get(Kind.LEASE, name), time.nanos());
      return Duration.ZERO;
    } catch (ClusterException away) {
      return jittered(candidacy.timing().retry());
    }
  }

  private void end(Term held) {
    held.end();
    term = null;
    log.atWarn()
        .addKeyValue("secret", candidacy.secret())
        .addKeyValue("term", held.number())
        .log("another agent is the rotator of the secret now, or its Lease was taken away");
    listener.ended(held);
  }

  private Duration jittered(Duration about) {
    return about.multipliedBy(9).dividedBy(10).plus(jitter(about.dividedBy(5)));
  }

  private Duration jitter(Duration most) {
    return Duration.ofNanos((long) (most.toNanos() * random.nextDouble()));
  }

  /**
   * Stops to act, and then gives the Lease back, so that another rotator goes on at once. Waits a
   * few seconds for the call.
   */
  @Override
  public void close() {
    stop();
    awaitEnd(candidacy.timing().retry());
  }

  /** Waits until the Lease was given back, or for so long. */
  void awaitEnd(Duration most) {
    turns.awaitEnd(most);
  }

  /** The same without waiting. */
  void stop() {
    turns.close(
        () -> {
          closed = true;
          Term held = term;
          if (held != null) {
            held.end();
            release(held);
            listener.ended(held);
            term = null;
          }
        });
  }

  private void release(Term held) {
    try {
      Optional<ClusterObject> lease = observed == null ? Optional.empty() : observed.object();
      if (lease.isPresent() && isOf(held, lease.get())) {
        api.update(lease.get().withLease(lease.get().lease().orElseThrow().released()));
      }
    } catch (ClusterException notGivenBack) {
      log.atWarn()
          .addKeyValue("secret", candidacy.secret())
          .addKeyValue("problem", notGivenBack.getMessage())
          .log("the Lease could not be given back; another rotator takes it when it has expired");
    }
  }
}
