package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold of the store, the provider and what is said of them, whoever acts: looked at after
 * each event, with each act outside and with each write of the journal.
 */
final class FleetInvariants {
  /**
   * By when a revocation that is due has happened, once some rotator could act: a retry, and calls
   * of the API whose answers are lost.
   */
  private static final Duration RETRIES = Duration.ofSeconds(60);

  private final Simulation run;
  private final Map<String, Integer> refusals = new HashMap<>();

  /** Accepted probes since the latest revocation. */
  private final Map<String, Integer> controls = new HashMap<>();

  private final Set<RotationId> proven = new HashSet<>();
  private long lastUnable;
  private int newest;

  /** How long after it was due the latest revocation of a leak came. */
  Duration longest = Duration.ZERO;

  FleetInvariants(Simulation run) {
    this.run = run;
  }

  /** I1, I4: what is served to newcomers is live, and never an older version again. */
  void afterEach() {
    int current = run.world.current();
    if (!run.world.live.containsKey(run.world.keyOf(current))) {
      throw new AssertionError("version " + current + " is served and not live");
    }
    if (current < newest) {
      throw new AssertionError("version " + current + " is served after " + newest);
    }
    newest = current;
    if (!aRotatorCanAct()) {
      lastUnable = run.time.now();
    }
  }

  private boolean aRotatorCanAct() {
    if (run.cluster.isAway()) {
      return false;
    }
    for (SimulatedRotator one : run.rotators) {
      Term term = one.term;
      if (term != null && !one.host.stopped() && !one.client.way.cut && one.acts(term)) {
        return true;
      }
    }
    return false;
  }

  void probed(String id, boolean accepted) {
    (accepted ? controls : refusals).merge(id, 1, Integer::sum);
  }

  /** I3: not later than it could be. */
  void revoked(String id, long due) {
    if (!run.world.live.containsKey(id)) {
      return;
    }
    controls.clear();
    Duration late = Duration.ofNanos(run.time.now() - Math.max(due, lastUnable));
    longest = late.compareTo(longest) > 0 ? late : longest;
    assertThat(late).as("time from when %s was to be revoked", id).isLessThan(RETRIES);
  }

  /** I6: what is written down as proven was refused, beside what was accepted. */
  void written(JournalPage page) {
    page.rotations()
        .forEach(
            (id, entries) -> {
              List<RotationEvent> events = JournalPage.events(entries);
              if (!proven.contains(id)
                  && events.stream().anyMatch(one -> Simulation.isDone(one, "prove"))) {
                proven.add(id);
                isProven(events);
              }
            });
  }

  private void isProven(List<RotationEvent> events) {
    String old =
        events.stream()
            .flatMap(one -> one.detail(Detail.OLD_CREDENTIAL).stream())
            .reduce((first, last) -> last)
            .orElseThrow();
    int written = (int) events.stream().filter(one -> one.fact() == Fact.PROBED).count();
    assertThat(written).as("probes of %s in the journal", old).isGreaterThanOrEqualTo(2);
    assertThat(run.world.live).as("proven dead").doesNotContainKey(old);
    assertThat(refusals.getOrDefault(old, 0)).as("refusals").isGreaterThanOrEqualTo(written);
    assertThat(controls.getOrDefault(run.world.keyOf(run.world.current()), 0))
        .as("positive controls")
        .isGreaterThanOrEqualTo(written);
  }

  /** I2: all that is live is somebody else's, or named in the store or the journal. */
  void everyLiveKeyIsNamed(JournalPage page) {
    String journal = page.data().toString();
    Set<String> stored = run.world.storedKeys();
    assertThat(run.world.live.keySet())
        .as("live credentials that nobody knows")
        .allMatch(id -> id.equals("foreign") || stored.contains(id) || journal.contains(id));
  }
}
