package dev.postern.rotation;

import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a rotation does when a step does not succeed: try again later, go back, or call a person.
 */
final class Turning {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Run run;
  private int failures;

  Turning(Run run) {
    this.run = run;
  }

  void succeeded() {
    failures = 0;
  }

  /** Tries the step again after a pause that grows. */
  Progress retry(Step step, Obstacle obstacle, String problem) {
    return retry(step, obstacle, problem, Optional.empty(), Map.of());
  }

  Progress retry(
      Step step,
      Obstacle obstacle,
      String problem,
      Optional<Duration> asked,
      Map<Detail, String> outcome) {
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    details.putAll(outcome);
    details.put(Detail.OBSTACLE, obstacle.wireName());
    noteFailure(step, problem, details);
    long doubled = FIRST_PAUSE.toMillis() << Math.min(failures, 10);
    failures++;
    long millis = Math.min(doubled, LONGEST_PAUSE.toMillis());
    long jittered = millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
    Duration pause = Duration.ofMillis(jittered);
    Duration wanted = asked.orElse(Duration.ZERO);
    Duration bounded = wanted.compareTo(ProviderPause.LONGEST) > 0 ? ProviderPause.LONGEST : wanted;
    return new Progress.Waiting(
        run.time.instant().plus(bounded.compareTo(pause) > 0 ? bounded : pause));
  }

  /** The same failure again is counted, not written: an outage must not fill the disk. */
  private void noteFailure(Step step, String problem, Map<Detail, String> outcome) {
    Optional<RotationEvent> last = run.chronicle.last(step, event -> true);
    boolean repeated =
        step != Step.ISSUE
            && last.filter(event -> event.fact() == Fact.FAILED)
                .flatMap(event -> event.detail(Detail.MESSAGE))
                .equals(Optional.of(problem));
    if (repeated) {
      return;
    }
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    details.putAll(outcome);
    details.put(Detail.STEP, step.wireName());
    details.put(Detail.MESSAGE, problem);
    run.chronicle.record(Fact.FAILED, details);
  }

  /** There will be no successor: goes back, and calls a person if that leaves a leak open. */
  Progress abandon(String why) {
    return run.plan().compromised()
        ? toOperator(
            why + "; the compromised credential may be alive: revoke it at the provider", Map.of())
        : back(why);
  }

  /** Goes back, to where nothing was changed. */
  Progress back(String why) {
    return turn(why, Receipt.ROLLED_BACK, Map.of());
  }

  /** Goes as far as it can, and calls a person. */
  Progress toOperator(String why, Map<Detail, String> more) {
    return turn(why, Receipt.NEEDS_OPERATOR, more);
  }

  private Progress turn(String why, String outcome, Map<Detail, String> more) {
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    details.putAll(more);
    details.put(Detail.MESSAGE, why);
    details.put(Detail.OUTCOME, outcome);
    obstacle().ifPresent(last -> details.put(Detail.OBSTACLE, last));
    run.chronicle.record(Fact.TURNED, details);
    succeeded();
    return Progress.MOVED;
  }

  /** What the latest attempt was held up by, unless it has been overcome since. */
  private Optional<String> obstacle() {
    return run.chronicle.events().reversed().stream()
        .filter(event -> event.fact() == Fact.FAILED || event.fact() == Fact.DONE)
        .findFirst()
        .flatMap(event -> event.detail(Detail.OBSTACLE));
  }

  static boolean isOver(Instant limit, Instant now) {
    return !now.isBefore(limit);
  }
}
