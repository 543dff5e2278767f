package dev.postern.kubernetes;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.Holding;
import dev.postern.consumer.Holdings;
import dev.postern.journal.JournalException;
import dev.postern.kubernetes.api.ClusterException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    for (FleetMember member : members) {
      if (!member.pod().equals(ownPod)) {
        holding(secret, member).ifPresent(all::add);
      }
    }
    return all;
  }

  /** An agent that says what it holds, and does not name the secret, does not serve it. */
  private Optional<Holding> holding(SecretName secret, FleetMember member) {
    if (member.holds().isEmpty()) {
      return Optional.of(holding(secret, member, UNKNOWN, false));
    }
    return Optional.ofNullable(member.holds().get().get(secret.value()))
        .map(
            held ->
                holding(secret, member, versionOf(held), held.acknowledged() >= held.consumers()));
  }

  /** Whoever may write Leases could have put anything there. */
  private static Version versionOf(Held held) {
    try {
      return new Version(held.version());
    } catch (IllegalArgumentException notAVersion) {
      return UNKNOWN;
    }
  }

  private Holding holding(
      SecretName secret, FleetMember member, Version version, boolean acknowledged) {
    return new Holding(
        secret,
        Consumer.ofAgent(member.pod()),
        version,
        acknowledged,
        time.instant(),
        time.instant(),
        true);
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
