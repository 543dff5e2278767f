package dev.postern.kubernetes;

import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at elections from outside, one call for each look, and not more often than people need it.
 * As in an election, a Lease is over when it was seen unchanged for its duration, by our own
 * elapsed time. Thread-safe; blocks for the API.
 */
final class LeadershipLooks {
  /** For which an answer is good enough for the next who asks. */
  private static final Duration GOOD = Duration.ofSeconds(2);

  private record Look(
      Optional<LeaseSpec> spec, Optional<String> problem, long sinceNanos, long atNanos) {}

  private final ClusterApi api;
  private final FleetNames names;
  private final FleetTime time;
  private final Map<String, Look> looks = new HashMap<>();

  LeadershipLooks(ClusterApi api, FleetNames names, FleetTime time) {
    this.api = api;
    this.names = names;
    this.time = time;
  }

  /**
   * @param recorded whether a rotator has written the secret's journal
   */
  synchronized Leadership of(String secret, boolean recorded) {
    Look look = looks.get(secret);
    if (look == null || GOOD.minusNanos(time.nanos() - look.atNanos()).isNegative()) {
      look = look(secret, Optional.ofNullable(look));
      looks.put(secret, look);
    }
    if (look.problem().isPresent()) {
      return new Leadership.Unknown(look.problem().get());
    }
    if (look.spec().isEmpty()) {
      return recorded ? new Leadership.Nobody() : new Leadership.Never();
    }
    return leadership(look.spec().get(), Duration.ofNanos(look.atNanos() - look.sinceNanos()));
  }

  private static Leadership leadership(LeaseSpec spec, Duration unchanged) {
    if (spec.holder().isEmpty()) {
      return new Leadership.Nobody();
    }
    String pod = AgentIdentity.podOf(spec.holder());
    return unchanged.compareTo(spec.duration()) > 0
        ? new Leadership.Silent(pod)
        : new Leadership.Led(pod);
  }

  private Look look(String secret, Optional<Look> before) {
    long asked = time.nanos();
    try {
      Optional<LeaseSpec> spec =
          api.get(Kind.LEASE, names.election(secret)).flatMap(lease -> lease.lease());
      long since =
          before.filter(one -> one.spec().equals(spec)).map(Look::sinceNanos).orElse(asked);
      return new Look(spec, Optional.empty(), since, time.nanos());
    } catch (ClusterException away) {
      // What was seen before is kept, so that time without an answer counts as unchanged.
      return new Look(
          before.flatMap(Look::spec),
          Optional.of(away.getMessage()),
          before.map(Look::sinceNanos).orElse(asked),
          time.nanos());
    }
  }
}
