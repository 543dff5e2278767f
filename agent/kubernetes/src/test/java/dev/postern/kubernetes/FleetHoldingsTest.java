package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.consumer.Holding;
import dev.postern.consumer.Holdings;
import dev.postern.journal.JournalException;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import dev.postern.kubernetes.api.LeaseSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a rotation is told that asks who holds a secret. */
final class FleetHoldingsTest {
  private static final FleetNames NAMES = new FleetNames("prod-eu");
  private static final SecretName SECRET = new SecretName("sending-key");

  private final VirtualTime time = new VirtualTime();
  private final FakeCluster cluster = new FakeCluster(time, new Random(7));
  private final VirtualTime.Host host = time.host();
  private final FakeCluster.Client client = cluster.client(host);
  private final ConsumerRegistry own =
      new ConsumerRegistry(host::instant, consumer -> true, secret -> AckMode.FETCH);
  private @Nullable FleetHoldings holdings;
  private final Fleet fleet =
      join(
          client,
          host,
          "rotator-0",
          Role.ROTATOR,
          new FleetListener() {
            @Override
            public void membersChanged() {
              if (holdings != null) {
                holdings.membersChanged();
              }
            }
          });

  FleetHoldingsTest() {
    holdings = new FleetHoldings(fleet, own, "rotator-0", host::instant);
  }

  private Fleet join(
      FakeCluster.Client by, VirtualTime.Host on, String pod, Role role, FleetListener listener) {
    return Fleet.join(
        by,
        new AgentIdentity(NAMES, new Owner(pod, "uid-" + pod), role, "run-1", "0.1.0"),
        listener,
        on,
        new Random(1));
  }

  private VirtualTime.Host reader(String pod, String version, int consumers, int acknowledged) {
    VirtualTime.Host on = time.host();
    join(cluster.client(on), on, pod, Role.READER, new FleetListener() {})
        .report(Map.of(SECRET.value(), new Held(version, consumers, acknowledged, List.of())));
    return on;
  }

  private List<String> known() {
    return words(java.util.Objects.requireNonNull(holdings).holdings(SECRET));
  }

  private static List<String> words(List<Holding> all) {
    return all.stream()
        .map(
            one ->
                one.consumer().describe()
                    + (one.acknowledged() ? " uses " : " has ")
                    + one.fetched())
        .toList();
  }

  /** What an act that cannot be undone is told, or why it is told nothing. */
  private List<String> now() {
    List<String> answer = new ArrayList<>();
    boolean[] done = {false};
    host.after(
        Duration.ZERO,
        () -> {
          try {
            answer.addAll(words(java.util.Objects.requireNonNull(holdings).holdingsNow(SECRET)));
          } catch (JournalException.Unwritable notYet) {
            answer.add(notYet.getMessage());
          }
          done[0] = true;
        });
    time.runUntil(() -> done[0], Duration.ofSeconds(30), "the API has answered");
    return answer;
  }

  private void soon() {
    time.runFor(Duration.ofSeconds(3));
  }

  @Test
  void agentsStandBesideTheRotatorsOwnConsumersAndItsOwnLeaseDoesNotCountTwice() {
    own.fetched(SECRET, new Version("7"), new Consumer(1000, 1000, 42, "app"));
    fleet.report(Map.of(SECRET.value(), new Held("7", 1, 0, List.of())));
    reader("web-1", "7", 2, 2);
    reader("web-2", "7", 2, 1);
    soon();

    assertThat(known())
        .containsExactly("uid 1000 pid 42 (app) uses 7", "pod web-1 uses 7", "pod web-2 has 7");
  }

  @Test
  void anAgentThatHasGoneWithoutAWordBlocksUntilItsLeaseIsOverAndNotLonger() {
    VirtualTime.Host gone = reader("web-1", "7", 1, 1);
    soon();
    gone.kill();
    time.runFor(AgentLease.DURATION.minusSeconds(90));
    assertThat(now()).containsExactly("pod web-1 uses 7");

    time.runFor(Duration.ofSeconds(90));

    assertThat(known()).isEmpty();
    // Its Lease is still listed, and that is no sign of life.
    assertThat(now()).isEmpty();
  }

  @Test
  void aLiveAgentThatDoesNotSayWhatItHoldsHasNotAcknowledged() {
    ClusterObject lease =
        ClusterObject.fresh(Kind.LEASE, NAMES.agent("web-old"), NAMES.labels("reader"));
    cluster.edit(
        lease
            .withOwner(new Owner("web-old", "uid"))
            .withLease(
                new LeaseSpec("x", AgentLease.DURATION, Optional.empty(), Optional.empty(), 0)));
    soon();

    assertThat(known()).containsExactly("pod web-old has unknown");
  }

  @Test
  void aReaderThatJoinedInTheMiddleIsSeenByTheActThatCannotBeUndone() {
    soon();
    client.way.eventDelay = Duration.ofMinutes(10);
    reader("web-late", "7", 1, 1);
    soon();
    assertThat(known()).isEmpty();

    assertThat(now()).containsExactly("pod web-late uses 7");
  }

  @Test
  void whenNobodyCanBeAskedNothingThatCannotBeUndoneMayFollow() {
    reader("web-1", "8", 1, 1);
    soon();
    cluster.away(true);

    assertThat(known()).as("the last word, for what can be undone").hasSize(1);
    assertThat(now())
        .singleElement()
        .asString()
        .startsWith("the agents of the fleet cannot be listed");
  }

  @Test
  void whoeverWaitsIsToldOfEachAcknowledgementAndOfNothingAfterClosing() {
    int[] told = {0};
    Holdings.Listening listening =
        java.util.Objects.requireNonNull(holdings).onChange(() -> told[0]++);
    reader("web-1", "7", 1, 1);
    soon();
    assertThat(told[0]).isPositive();

    int before = told[0];
    own.fetched(SECRET, new Version("7"), new Consumer(1000, 1000, 42, "app"));
    assertThat(told[0]).as("the rotator's own consumers, too").isEqualTo(before + 1);

    listening.close();
    reader("web-2", "7", 1, 1);
    soon();
    assertThat(told[0]).isEqualTo(before + 1);
  }
}
