package dev.postern.kubernetes;

import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Agents of one installation over a cluster in memory, in virtual time. */
abstract class FleetScene {
  static final FleetNames NAMES = new FleetNames("prod-eu");
  static final String SECRET = "sending-key";

  final VirtualTime time = new VirtualTime();
  final Random random = new Random(7);
  final FakeCluster cluster = new FakeCluster(time, random);

  /** One agent, and what it was told. */
  final class Agent implements FleetListener {
    final VirtualTime.Host host = time.host();
    final FakeCluster.Client client = cluster.client(host);
    final List<SecretNews> news = new ArrayList<>();
    final List<FleetRequest> requests = new ArrayList<>();
    final List<FleetRequest> withdrawn = new ArrayList<>();
    final Fleet fleet;
    final String pod;
    int memberChanges;

    Agent(String pod, Role role) {
      this(pod, role, "run-1");
    }

    Agent(String pod, Role role, String run) {
      this.pod = pod;
      fleet =
          Fleet.join(
              client,
              new AgentIdentity(NAMES, new Owner(pod, "uid-of-" + pod), role, run, "0.1.0"),
              this,
              host,
              random);
    }

    void holds(String version, int consumers, int acknowledged) {
      fleet.report(Map.of(SECRET, new Held(version, consumers, acknowledged, List.of())));
    }

    @Override
    public void news(SecretNews told) {
      news.add(told);
    }

    @Override
    public void membersChanged() {
      memberChanges++;
    }

    @Override
    public void requested(FleetRequest request) {
      requests.add(request);
    }

    @Override
    public void withdrawn(FleetRequest request) {
      withdrawn.add(request);
    }
  }

  final Agent rotator = new Agent("rotator-0", Role.ROTATOR);

  Agent reader(String pod) {
    return new Agent(pod, Role.READER);
  }

  List<String> lagging(String version) {
    return rotator.fleet.lagging(SECRET, version).stream()
        .map(one -> one.pod() + ": " + one.why())
        .toList();
  }

  void soon() {
    time.runFor(Duration.ofSeconds(3));
  }

  ClusterObject lease(String pod) {
    return cluster.object(Kind.LEASE, NAMES.agent(pod)).orElseThrow();
  }

  ClusterObject journal() {
    return cluster.object(Kind.CONFIG_MAP, NAMES.journal(SECRET)).orElseThrow();
  }

  private int terms;

  /** What the secret's rotator does. */
  void rotate(Consumer<FleetJournal> work) {
    rotate(SECRET, work);
  }

  void rotate(String secret, Consumer<FleetJournal> work) {
    boolean[] done = {false};
    VirtualTime.Host host = time.host();
    Term term =
        new Term(
            new Election.Candidacy(NAMES, secret, "rotator", Election.Timing.STANDARD),
            "lease",
            terms++,
            host,
            host.nanos());
    host.after(
        Duration.ZERO,
        () -> {
          work.accept(FleetJournal.open(cluster.client(host), NAMES, term));
          done[0] = true;
        });
    time.runUntil(() -> done[0], Duration.ofSeconds(30), "the rotator has worked");
  }
}
