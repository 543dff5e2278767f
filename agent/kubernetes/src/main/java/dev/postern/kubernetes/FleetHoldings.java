package dev.postern.kubernetes;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.Holding;
import dev.postern.consumer.Holdings;
import dev.postern.journal.JournalException;
import dev.postern.kubernetes.api.ClusterException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who holds what in the whole fleet, as a rotator asks: its own consumers one by one, and every
 * other agent as one, which has acknowledged when all its consumers have. Thread-safe.
 */
public final class FleetHoldings implements Holdings {
  /** What an agent holds that does not say it: no version is called so. */
  private static final Version UNKNOWN = new Version(Held.PENDING);

  private final Fleet fleet;
  private final Holdings own;
  private final String ownPod;
  private final InstantSource time;
  private final Agents agents = new Agents();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param own of this very agent
   */
  public FleetHoldings(Fleet fleet, Holdings own, String ownPod, InstantSource time) {
    this.fleet = fleet;
    this.own = own;
    this.ownPod = ownPod;
    this.time = time;
  }

  @Override
  public List<Holding> holdings(SecretName secret) {
    return with(secret, fleet.members());
  }

  @Override
  public List<Holding> holdingsNow(SecretName secret) {
    try {
      return with(secret, fleet.membersNow());
    } catch (ClusterException e) {
      throw new JournalException.Unwritable(
          "the agents of the fleet cannot be listed, so nothing is revoked before the deadline: "
              + e.getMessage(),
          e);
    }
  }

  private List<Holding> with(SecretName secret, List<FleetMember> members) {
    List<Holding> all = new ArrayList<>(own.holdings(secret));
    all.addAll(agents.of(secret, members));
    return all;
  }

  /**
   * What other agents hold. Asked for with each of their Leases that changes: what many looks share
   * is made once.
   */
  private final class Agents {
    private final Map<String, Consumer> consumers = new HashMap<>();

    synchronized List<Holding> of(SecretName secret, List<FleetMember> members) {
      if (consumers.size() > 2 * members.size()) {
        consumers.clear();
      }
      Instant now = time.instant();
      // Most of them hold the same.
      Map<String, Version> versions = new HashMap<>();
      List<Holding> all = new ArrayList<>(members.size());
      for (FleetMember member : members) {
        Map<String, Held> holds = member.holds().orElse(Map.of());
        Held held = holds.get(secret.value());
        // An agent that says what it holds, and does not name the secret, does not serve it.
        if (member.pod().equals(ownPod) || (held == null && member.holds().isPresent())) {
          continue;
        }
        Version version =
            held == null
                ? UNKNOWN
                : versions.computeIfAbsent(held.version(), FleetHoldings::version);
        boolean acknowledged = held != null && held.acknowledged() >= held.consumers();
        Consumer consumer = consumers.computeIfAbsent(member.pod(), Consumer::ofAgent);
        all.add(new Holding(secret, consumer, version, acknowledged, now, now, true));
      }
      return all;
    }
  }

  /** Whoever may write Leases could have put anything there. */
  private static Version version(String said) {
    try {
      return new Version(said);
    } catch (IllegalArgumentException notAVersion) {
      return UNKNOWN;
    }
  }

  /** To be called by the fleet's listener. */
  public void membersChanged() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public Listening onChange(Runnable listener) {
    listeners.add(listener);
    Listening ownToo = own.onChange(listener);
    return () -> {
      listeners.remove(listener);
      ownToo.close();
    };
  }

  /** Agents are in their Leases, over any restart of this one; processes elsewhere are theirs. */
  @Override
  public void restore(SecretName secret, Version version, Consumer consumer) {}
}
