package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final Duration RETRIES = Duration.ofSeconds(30);

  /** Refusals, each beside an acceptance, that are a proof. */
  private static final int PROOFS = 3;

  /**
   * By when a sidecar to which the way is free serves what was promoted: a watch notices within
   * three quarters of a minute that it has missed something.
   */
  private static final Duration LEARNT = Duration.ofSeconds(60);

  private final Simulation run;

  /** What the provider has refused and accepted since the latest probe was written down. */
  private final Map<String, Integer> refusals = new HashMap<>();

  private final Map<String, Integer> controls = new HashMap<>();

  private final Map<RotationId, Integer> probes = new HashMap<>();

  private final Set<RotationId> promoted = new HashSet<>();
  private final Set<RotationId> proven = new HashSet<>();
  private long lastUnable;

  /** The credential that is served, and those that were served before it. */
  private String served = "";

  private final Set<String> replaced = new HashSet<>();

  /** How long after it was due the latest revocation of a leak came. */
  Duration longest = Duration.ZERO;

  FleetInvariants(Simulation run) {
    this.run = run;
  }

  /** I1, I4: what is served to newcomers is live, and nothing that was replaced comes back. */
  void afterEach() {
    String current = run.world.keyOf(run.world.current());
    if (!run.world.live.containsKey(current)) {
      throw FleetCheck.I1_CURRENT_IS_LIVE.broken(current + " is served and not live");
    }
    if (!current.equals(served)) {
      replaced.add(served);
      served = current;
      if (replaced.contains(current)) {
        throw FleetCheck.I4_NO_WAY_BACK.broken(current + " is served again");
      }
    }
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
  void revoked(String id, Optional<Instant> due) {
    if (!run.world.live.containsKey(id)) {
      return;
    }
    controls.clear();
    if (run.world.wasPromoted(id)) {
      due.map(this::late).ifPresent(late -> isInTime(id, late));
    }
  }

  /** I3: a leak whose credential was not revoked at all, whatever the rotation has come to. */
  void isNotOverdue(List<RotationEvent> events, Instant due) {
    if (promotion(events).isPresent() && run.world.live.containsKey(old(events))) {
      isInTime(old(events), late(due));
    }
  }

  private Duration late(Instant due) {
    long at = Duration.between(VirtualTime.START, due).toNanos();
    long possible = Math.max(Math.max(at, run.world.promotedAt), lastUnable);
    return Duration.ofNanos(run.time.now() - possible);
  }

  private void isInTime(String id, Duration late) {
    longest = late.compareTo(longest) > 0 ? late : longest;
    if (late.compareTo(RETRIES) >= 0) {
      throw FleetCheck.I3_REVOKED_IN_TIME.broken(
          id + " was to be revoked " + late.toMillis() + " ms ago");
    }
  }

  /** I2, I4, I6. */
  void written(JournalPage page) {
    page.rotations()
        .forEach(
            (id, entries) -> {
              List<RotationEvent> events = JournalPage.events(entries);
              int probed = (int) events.stream().filter(one -> one.fact() == Fact.PROBED).count();
              int before = probes.getOrDefault(id, 0);
              if (probed > before) {
                probes.put(id, probed);
                wereAsked(events, probed - before);
              }
              promotion(events).filter(one -> promoted.add(id)).ifPresent(this::isToBeLearnt);
              if (!proven.contains(id)
                  && events.stream().anyMatch(one -> Simulation.isDone(one, "prove"))) {
                proven.add(id);
                isProven(events, probed);
              }
            });
    Set<String> stored = run.world.storedKeys();
    run.world.live.values().stream()
        .filter(key -> !stored.contains(key.id()))
        .forEach(key -> isKnown(key, page));
  }

  private static Optional<RotationEvent> promotion(List<RotationEvent> events) {
    return events.stream().filter(one -> Simulation.isDone(one, "promote")).findFirst();
  }

  /** I4: once it is written, everybody is to serve it whom nothing has kept from it since. */
  private void isToBeLearnt(RotationEvent promotion) {
    int version = Integer.parseInt(promotion.require(Detail.VERSION));
    long since = run.time.now();
    run.time.world(
        LEARNT,
        () ->
            FleetCheck.I4_ALL_LEARN_OF_IT.holds(
                () ->
                    assertThat(run.sidecars)
                        .filteredOn(one -> one.wasReachableSince(since))
                        .extracting(one -> one.serves)
                        .as("what is served %s after version %s", LEARNT, version)
                        .allMatch(serves -> serves >= version)));
  }

  /** I6: for each probe that is written down the old one was refused, and the new one accepted. */
  private void wereAsked(List<RotationEvent> events, int more) {
    String old = old(events);
    FleetCheck.I6_IS_DEAD.holds(() -> assertThat(run.world.live).doesNotContainKey(old));
    FleetCheck.I6_WAS_REFUSED.holds(
        () -> assertThat(refusals.getOrDefault(old, 0)).isGreaterThanOrEqualTo(more));
    String current = run.world.keyOf(run.world.current());
    FleetCheck.I6_WAS_CONTROLLED.holds(
        () -> assertThat(controls.getOrDefault(current, 0)).isGreaterThanOrEqualTo(more));
    refusals.clear();
    controls.clear();
  }

  private static void isProven(List<RotationEvent> events, int probed) {
    FleetCheck.I6_PROBES_ARE_WRITTEN.holds(
        () ->
            assertThat(probed)
                .as("probes of %s in the journal", old(events))
                .isGreaterThanOrEqualTo(PROOFS));
  }

  private static String old(List<RotationEvent> events) {
    return events.stream()
        .flatMap(one -> one.detail(Detail.OLD_CREDENTIAL).stream())
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  /**
   * I2: what is live and not in the store is somebody else's, or named in the journal, or will be
   * found by the rotation that is making it.
   */
  private void isKnown(SimulatedWorld.Key key, JournalPage page) {
    boolean found =
        key.id().equals(SimulatedWorld.ANOTHERS)
            || isNamed(page, key.id())
            || RotationTag.parse(key.description())
                .map(tag -> page.rotations().get(tag.rotation()))
                .filter(entries -> !RotationLife.ended(JournalPage.events(entries)))
                .isPresent();
    if (!found) {
      throw FleetCheck.I2_ALL_IS_NAMED.broken("nobody knows of " + key.id() + ", which is live");
    }
  }

  private static boolean isNamed(JournalPage page, String id) {
    Optional<String> named = Optional.of(id);
    return page.rotations().values().stream()
        .flatMap(List::stream)
        .map(JournalText.Entry::event)
        .anyMatch(
            one ->
                one.detail(Detail.CREDENTIAL).equals(named)
                    || one.detail(Detail.OLD_CREDENTIAL).equals(named));
  }
}
