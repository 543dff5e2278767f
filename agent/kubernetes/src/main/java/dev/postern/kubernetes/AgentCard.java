package dev.postern.kubernetes;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.LeaseSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an agent's Lease says. What is not understood counts as not said.
 *
 * @param beat grows with each write of the agent, over its restarts
 * @param holds by secret; empty when the agent does not say, as one of another version may
 * @param left whether the agent has said good-bye
 */
record AgentCard(
    String pod,
    Role role,
    String version,
    long beat,
    Duration duration,
    boolean left,
    Optional<Map<String, Held>> holds,
    List<FleetRequest> requests) {
  private static final int MOST_LETTERS = 64 * 1024;

  static AgentCard read(ClusterObject lease) {
    Map<String, String> notes = lease.annotations();
    String pod = lease.owner().map(ClusterObject.Owner::name).orElse(lease.name());
    boolean rotator = FleetNames.ROTATOR_ROLE.equals(lease.labels().get(FleetNames.ROLE));
    return new AgentCard(
        pod,
        rotator ? Role.ROTATOR : Role.READER,
        notes.getOrDefault(FleetNames.VERSION_KEY, "unknown"),
        beat(lease),
        lease
            .lease()
            .map(LeaseSpec::duration)
            .filter(Duration::isPositive)
            .orElse(AgentLease.DURATION),
        lease.lease().map(LeaseSpec::holder).orElse("").isEmpty(),
        holds(notes.get(FleetNames.HOLDS)),
        FleetRequests.read(notes));
  }

  static long beat(ClusterObject lease) {
    try {
      return Long.parseLong(lease.annotations().getOrDefault(FleetNames.BEAT, "0"));
    } catch (NumberFormatException changedByHand) {
      return 0;
    }
  }

  /**
   * All annotations of an object may have 256 KiB. Who lags is only for people, and left out where
   * it would take too much.
   */
  static String write(Map<String, Held> holds) {
    String whole = write(holds, true);
    return whole.length() <= MOST_LETTERS ? whole : write(holds, false);
  }

  private static String write(Map<String, Held> holds, boolean withLagging) {
    Map<String, Object> all = new TreeMap<>();
    holds.forEach(
        (secret, held) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("version", held.version());
          one.put("consumers", held.consumers());
          one.put("acknowledged", held.acknowledged());
          if (withLagging && !held.lagging().isEmpty()) {
            one.put("lagging", held.lagging());
          }
          all.put(secret, one);
        });
    try {
      return JSON.std.asString(all);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  private static Optional<Map<String, Held>> holds(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      Map<String, Held> holds = new TreeMap<>();
      JSON.std.mapFrom(text).forEach((secret, one) -> holds.put(secret, held(one)));
      return Optional.of(Map.copyOf(holds));
    } catch (IOException | IllegalArgumentException changedByHand) {
      return Optional.empty();
    }
  }

  private static Held held(Object one) {
    if (one instanceof Map<?, ?> map
        && map.get("version") instanceof String version
        && map.get("consumers") instanceof Number consumers
        && map.get("acknowledged") instanceof Number acknowledged) {
      List<?> lagging = map.get("lagging") instanceof List<?> list ? list : List.of();
      return new Held(
          version,
          consumers.intValue(),
          acknowledged.intValue(),
          lagging.stream().map(String::valueOf).toList());
    }
    throw new IllegalArgumentException("not what an agent writes");
  }
}
