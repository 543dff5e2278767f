package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What becomes of a request that nobody takes up, and what can be known of why. */
final class FleetFilingsTest extends FleetScene {
  private static final Duration AT_ONCE = Duration.ZERO;

  private final Agent app = reader("app-1");

  @Test
  void aRequestWaitsForDaysForTheRotatorThatComes() {
    app.fleet.ask(request("r-1"));
    time.runFor(Duration.ofDays(2));
    assertThat(app.fleet.filings()).containsExactly(new Filing(request("r-1"), true));

    Agent late = new Agent("rotator-9", Role.ROTATOR);
    soon();
    assertThat(late.fleet.requests()).containsExactly(request("r-1"));
    rotate(journal -> journal.settle(request("r-1"), "rotation 1"));
    soon();

    assertThat(app.fleet.filings()).isEmpty();
    assertThat(app.fleet.answer("r-1")).contains("rotation 1");
  }

  @Test
  void aRequestIsNotCalledFiledBeforeTheApiHasIt() {
    soon();
    cluster.away(true);
    app.fleet.ask(request("r-1"));
    time.runFor(Duration.ofMinutes(5));
    assertThat(app.fleet.filings()).containsExactly(new Filing(request("r-1"), false));
    assertThat(rotator.requests).isEmpty();

    cluster.away(false);
    time.runFor(Duration.ofMinutes(1));
    assertThat(app.fleet.filings()).containsExactly(new Filing(request("r-1"), true));
    assertThat(rotator.requests).contains(request("r-1"));
  }

  @Test
  void aRequestOfAnEarlierRunIsStillFiled() {
    app.fleet.ask(request("r-1"));
    soon();
    app.host.kill();

    Agent again = new Agent("app-1", Role.READER, "run-2");
    soon();

    assertThat(again.fleet.filings()).containsExactly(new Filing(request("r-1"), true));
  }

  @Test
  void aRequestThatIsTakenBackIsOffTheLeaseAndNoRotatorBeginsWithIt() throws Exception {
    app.fleet.ask(request("r-1"));
    app.fleet.ask(request("r-2"));
    soon();
    assertThat(app.fleet.withdraw("r-1", AT_ONCE)).as("the API has not heard of it").isFalse();
    soon();

    assertThat(app.fleet.withdraw("r-1", AT_ONCE)).isTrue();
    assertThat(FleetRequests.read(lease("app-1").annotations())).containsExactly(request("r-2"));
    assertThat(rotator.withdrawn).containsExactly(request("r-1"));
    assertThat(rotator.fleet.requests()).containsExactly(request("r-2"));
  }

  @Test
  void aRequestThatIsTakenBackStaysAwayThoughSomebodyHasJustTouchedTheLease() throws Exception {
    app.fleet.ask(request("r-1"));
    soon();
    Map<String, String> notes = new TreeMap<>(lease("app-1").annotations());
    notes.put("example.com/note", "hi");
    cluster.edit(lease("app-1").withAnnotations(notes));
    app.fleet.withdraw("r-1", AT_ONCE);
    time.runFor(Duration.ofMinutes(2));

    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
  }

  @Test
  void aRequestWhoseAgentVanishesIsNotTakenBack() {
    app.fleet.ask(request("r-1"));
    soon();
    app.host.kill();
    cluster.remove(Kind.LEASE, NAMES.agent("app-1"));
    cluster.expireHistory();
    soon();

    assertThat(rotator.withdrawn).isEmpty();
  }

  @Test
  void aRequestThatIsAnsweredIsNotTakenBack() {
    app.fleet.ask(request("r-1"));
    soon();
    rotate(journal -> journal.settle(request("r-1"), "rotation 1"));
    time.runFor(Duration.ofMinutes(2));

    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
    assertThat(rotator.withdrawn).isEmpty();
  }

  @Test
  void whoLeadsIsSeenByAReader() {
    assertThat(leadership()).isEqualTo(new Leadership.Never());

    rotator.fleet.stand(SECRET, Election.Timing.STANDARD, new Indifferent());
    time.runFor(Duration.ofMinutes(1));
    for (int look = 0; look < 20; look++) {
      assertThat(leadership()).isEqualTo(new Leadership.Led("rotator-0"));
      time.runFor(Duration.ofSeconds(3));
    }

    rotator.host.after(AT_ONCE, rotator.fleet::stop);
    time.runFor(Duration.ofSeconds(5));
    assertThat(leadership()).isEqualTo(new Leadership.Nobody());
  }

  @Test
  void aRotatorThatVanishedIsNotTakenForOneThatLeads() {
    rotator.fleet.stand(SECRET, Election.Timing.STANDARD, new Indifferent());
    time.runFor(Duration.ofMinutes(1));
    rotator.host.kill();
    // Who looks for the first time cannot know how old what it sees is.
    assertThat(leadership()).isEqualTo(new Leadership.Led("rotator-0"));

    time.runFor(Duration.ofSeconds(20));

    assertThat(leadership()).isEqualTo(new Leadership.Silent("rotator-0"));
  }

  @Test
  void whoLeadsIsUnknownWhileTheApiIsAway() {
    cluster.away(true);

    assertThat(leadership()).isInstanceOf(Leadership.Unknown.class);
  }

  @Test
  void whoeverLooksOftenAsksSeldom() {
    leadership();
    cluster.forgetCalls();
    for (int look = 0; look < 10; look++) {
      app.host.after(AT_ONCE, () -> app.fleet.leadership(SECRET));
    }
    time.runFor(Duration.ofMillis(500));

    assertThat(cluster.calls()).doesNotContainKey("get");
  }

  /** What a reader sees now. */
  private Leadership leadership() {
    List<Leadership> seen = new ArrayList<>();
    app.host.after(AT_ONCE, () -> seen.add(app.fleet.leadership(SECRET)));
    time.runUntil(() -> !seen.isEmpty(), Duration.ofSeconds(10), "a look");
    return seen.getFirst();
  }

  private static FleetRequest request(String id) {
    return new FleetRequest(
        id,
        SECRET,
        "compromised",
        "seen on GitHub",
        "uid 0",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Instant.parse("2026-01-02T03:04:05Z"));
  }

  private static final class Indifferent implements ElectionListener {
    @Override
    public void elected(Term term) {}

    @Override
    public void ended(Term term) {}
  }
}
