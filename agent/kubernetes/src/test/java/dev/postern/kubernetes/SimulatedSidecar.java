package dev.postern.kubernetes;

import dev.postern.kubernetes.AgentIdentity.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A reader of the secret over the real protocol, with two consumers. */
final class SimulatedSidecar implements FleetListener {
  private static final Duration JITTER = Duration.ofSeconds(1);
  private static final Duration ANNOUNCEMENT = Duration.ofSeconds(2);

  private final Simulation run;
  private final Random random;
  final VirtualTime.Host host;
  final FakeCluster.Client client;
  final Fleet fleet;
  final String pod;

  /** What its consumers use; zero for nothing yet. */
  int serves;

  private int wanted;

  /** Until when it was certainly reached by nothing. */
  private long awayUntil;

  private final long born;

  SimulatedSidecar(Simulation run, String pod) {
    this.run = run;
    this.random = run.random;
    this.pod = pod;
    this.host = run.host();
    this.born = run.time.now();
    this.client = run.cluster.client(host);
    // First to be known, then to read: a rotator that does not know it would not wait for it.
    fleet = run.join(this, client, host, pod, Role.READER, held(Held.PENDING, 0));
    host.after(run.calm ? Duration.ZERO : ANNOUNCEMENT, this::read);
  }

  private Map<String, Held> held(String version, int acknowledged) {
    List<String> lagging =
        run.mutant == Mutant.SECRET_IN_A_HEARTBEAT
            ? List.of(SimulatedWorld.CANARY)
            : List.<String>of();
    return Map.of(Simulation.SECRET, new Held(version, 2, acknowledged, lagging));
  }

  /** From now on for so long it stands still, or nothing comes through to it. */
  void isAwayFor(Duration length) {
    awayUntil = Math.max(awayUntil, run.time.now() + length.toNanos());
  }

  boolean wasReachableSince(long since) {
    return !host.dead() && born < since && awayUntil < since && run.apiAwayUntil < since;
  }

  @Override
  public void news(SecretNews news) {
    boolean deaf =
        run.mutant == Mutant.SIDECAR_THAT_HEARS_NOTHING
            || (run.mutant == Mutant.SIDECAR_THAT_STAYS_AWAY && awayUntil > 0);
    if (deaf) {
      return;
    }
    int promoted = news.promoted().map(one -> Integer.parseInt(one.version())).orElse(0);
    if (promoted > Math.max(serves, wanted)) {
      wanted = promoted;
      if (run.mutant == Mutant.SIDECAR_THAT_SAYS_TOO_SOON) {
        fleet.report(held(Integer.toString(promoted), 2));
        host.after(Duration.ofSeconds(10), this::read);
        return;
      }
      host.after(run.some(JITTER), this::read);
    }
  }

  private void read() {
    int current = run.world.current();
    if (current <= serves) {
      return;
    }
    serves = current;
    boolean atOnce = random.nextInt(4) > 0;
    fleet.report(held(Integer.toString(serves), atOnce ? 2 : 0));
    if (!atOnce) {
      host.after(
          run.some(Duration.ofMillis(300)), () -> fleet.report(held(Integer.toString(serves), 2)));
    }
  }
}
