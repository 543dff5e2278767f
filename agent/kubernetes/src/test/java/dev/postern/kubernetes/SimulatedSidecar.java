package dev.postern.kubernetes;

import dev.postern.kubernetes.AgentIdentity.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

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
  private final TreeSet<Integer> tainted = new TreeSet<>();

  SimulatedSidecar(Simulation run, String pod) {
    this.run = run;
    this.random = run.random;
    this.pod = pod;
    this.host = run.host();
    this.client = run.cluster.client(host);
    // First to be known, then to read: a rotator that does not know it would not wait for it.
    fleet = run.join(this, client, host, pod, Role.READER, held(Held.PENDING, 0));
    host.after(run.calm ? Duration.ZERO : ANNOUNCEMENT, this::read);
  }

  private static Map<String, Held> held(String version, int acknowledged) {
    return Map.of(Simulation.SECRET, new Held(version, 2, acknowledged, List.of()));
  }

  @Override
  public void news(SecretNews news) {
    news.tainted().forEach(version -> tainted.add(Integer.parseInt(version)));
    int promoted = news.promoted().map(one -> Integer.parseInt(one.version())).orElse(0);
    if (promoted > Math.max(serves, wanted)) {
      wanted = promoted;
      if (run.mutant == Simulation.Mutant.SIDECAR_THAT_SAYS_TOO_SOON) {
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

  boolean servesTainted() {
    return tainted.contains(serves) && wanted > serves;
  }
}
