package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterListener;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each role asks of the API in its whole life: just what the chart's Roles give it. */
final class FleetRightsTest {
  private static final String SECRET = "sending-key";

  private final VirtualTime time = new VirtualTime();
  private final FakeCluster cluster = new FakeCluster(time, new Random(7));
  private final Set<String> asked = new TreeSet<>();
  private final VirtualTime.Host host = time.host();

  private Fleet join(Role role, VirtualTime.Host on, ClusterApi api) {
    Owner pod = new Owner(role.label() + "-0", "uid");
    return Fleet.join(
        api,
        new AgentIdentity(new FleetNames("prod-eu"), pod, role, "run", "0.1.0"),
        new FleetListener() {},
        on,
        new Random(1));
  }

  private void live(Fleet fleet) {
    fleet.report(Map.of(SECRET, new Held("1", 1, 1, List.of())));
    fleet.ask(
        new FleetRequest(
            "r-1",
            SECRET,
            "compromised",
            "",
            "uid 0",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Instant.EPOCH));
    time.runFor(Duration.ofMinutes(3));
    host.after(Duration.ZERO, fleet::recordedNow);
    host.after(Duration.ZERO, () -> fleet.leadership(SECRET));
    cluster.expireHistory();
    time.runFor(Duration.ofMinutes(3));
  }

  @Test
  void aReaderHearsOfJournalsAndWritesItsOwnLease() {
    Fleet fleet = join(Role.READER, host, new Recording(cluster.client(host)));
    live(fleet);
    host.after(Duration.ZERO, fleet::stop);
    time.runFor(Duration.ofMinutes(1));

    assertThat(asked)
        .containsExactly(
            "configmaps list", "configmaps watch", "leases create", "leases get", "leases update");
  }

  @Test
  void aRotatorAlsoWritesJournalsAndHearsOfLeasesAndDeletesNothing() {
    Fleet fleet = join(Role.ROTATOR, host, new Recording(cluster.client(host)));
    fleet.stand(
        SECRET,
        Election.Timing.STANDARD,
        new ElectionListener() {
          @Override
          public void elected(Term term) {
            host.after(Duration.ZERO, () -> lead(fleet, term));
          }

          @Override
          public void ended(Term term) {}
        });
    live(fleet);
    host.after(Duration.ZERO, fleet::stop);
    time.runFor(Duration.ofMinutes(1));

    assertThat(asked)
        .containsExactly(
            "configmaps create",
            "configmaps get",
            "configmaps list",
            "configmaps update",
            "configmaps watch",
            "leases create",
            "leases get",
            "leases list",
            "leases update",
            "leases watch");
  }

  private static void lead(Fleet fleet, Term term) {
    FleetJournal journal = fleet.journal(term);
    JournalEvents.whole(1, 5).forEach(journal::append);
    fleet.requests().forEach(request -> journal.settle(request, "done"));
    var _ = fleet.laggingNow(SECRET, "1");
  }

  /** Notes what is asked for, as RBAC names it. */
  private final class Recording implements ClusterApi {
    private final ClusterApi real;

    Recording(ClusterApi real) {
      this.real = real;
    }

    private void note(Kind kind, String verb) {
      asked.add((kind == Kind.LEASE ? "leases " : "configmaps ") + verb);
    }

    @Override
    public Optional<ClusterObject> get(Kind kind, String name) {
      note(kind, "get");
      return real.get(kind, name);
    }

    @Override
    public List<ClusterObject> list(Kind kind, Map<String, String> labels) {
      note(kind, "list");
      return real.list(kind, labels);
    }

    @Override
    public ClusterObject create(ClusterObject object) {
      note(object.kind(), "create");
      return real.create(object);
    }

    @Override
    public ClusterObject update(ClusterObject object) {
      note(object.kind(), "update");
      return real.update(object);
    }

    @Override
    public void delete(Kind kind, String name, String resourceVersion) {
      note(kind, "delete");
      real.delete(kind, name, resourceVersion);
    }

    /** A watch begins with a list, and does so again after a gap. */
    @Override
    public Watch watch(Kind kind, Map<String, String> labels, ClusterListener listener) {
      note(kind, "list");
      note(kind, "watch");
      return real.watch(kind, labels, listener);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
