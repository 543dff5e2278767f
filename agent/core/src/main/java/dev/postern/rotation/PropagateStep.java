package dev.postern.rotation;

import dev.postern.Version;
import dev.postern.consumer.Holding;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the consumers. A compromised secret's old credential waits until all have acknowledged
 * or the deadline has come, whichever is first; otherwise it waits the whole grace, for a consumer
 * that nobody has seen yet.
 */
final class PropagateStep {
  private final Run run;
  private @Nullable Set<String> recorded;

  PropagateStep(Run run) {
    this.run = run;
  }

  Progress propagate() {
    if (!run.chronicle.hasBegun(Step.PROPAGATE)) {
      run.chronicle.begun(Step.PROPAGATE, Map.of());
    }
    Version current = run.chronicle.state().facts().newVersion().orElseThrow();
    List<Holding> holdings = run.consumers.holdings(run.plan().secret());
    recordAcknowledged(holdings, current);
    List<String> lagging = lagging(holdings, current);
    Instant until = waitsUntil();
    boolean over = !run.time.instant().isBefore(until);
    boolean urgent = run.plan().compromised() || run.chronicle.state().facts().oldRevoked();
    if (over) {
      finish(lagging);
      return Progress.MOVED;
    }
    if (urgent && lagging.isEmpty() && nobodyHasComeMeanwhile(current)) {
      finish(List.of());
      return Progress.MOVED;
    }
    return new Progress.Waiting(until);
  }

  /** What follows revokes: somebody who is not known here yet may hold the old version. */
  private boolean nobodyHasComeMeanwhile(Version current) {
    List<Holding> holdings = run.consumers.holdingsNow(run.plan().secret());
    recordAcknowledged(holdings, current);
    return lagging(holdings, current).isEmpty();
  }

  private static List<String> lagging(List<Holding> holdings, Version current) {
    return holdings.stream()
        .filter(holding -> !uses(holding, current))
        .map(holding -> holding.consumer().describe())
        .toList();
  }

  private void finish(List<String> cut) {
    String message =
        cut.isEmpty()
            ? "every known consumer holds the new version"
            : cut.size() + " consumers had not acknowledged and are cut";
    run.chronicle.done(
        Step.PROPAGATE, Map.of(Detail.CUT, String.join("\n", cut), Detail.MESSAGE, message));
  }

  private Instant waitsUntil() {
    if (run.plan().compromised()) {
      return run.plan().deadlineAt();
    }
    Instant promotedAt =
        run.chronicle
            .last(Step.PROMOTE, event -> event.fact() == Fact.DONE)
            .map(RotationEvent::at)
            .orElseThrow();
    return promotedAt.plus(run.plan().grace());
  }

  private void recordAcknowledged(List<Holding> holdings, Version current) {
    List<String> news =
        holdings.stream()
            .filter(holding -> uses(holding, current))
            .map(holding -> holding.consumer().describe())
            .filter(consumer -> !recorded().contains(consumer))
            .distinct()
            .toList();
    if (!news.isEmpty()) {
      run.chronicle.record(
          Fact.ACKNOWLEDGED,
          news.stream().map(consumer -> Map.of(Detail.CONSUMER, consumer)).toList());
      recorded().addAll(news);
    }
  }

  /** Who is known to have acknowledged: nobody else writes it, so it is read once. */
  private Set<String> recorded() {
    Set<String> known = recorded;
    if (known == null) {
      known =
          run.chronicle.events().stream()
              .filter(event -> event.fact() == Fact.ACKNOWLEDGED)
              .map(event -> event.require(Detail.CONSUMER))
              .collect(Collectors.toCollection(HashSet::new));
      recorded = known;
    }
    return known;
  }

  static boolean uses(Holding holding, Version version) {
    return holding.fetched().equals(version) && holding.acknowledged();
  }
}
