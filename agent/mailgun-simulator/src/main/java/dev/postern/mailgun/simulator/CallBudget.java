package dev.postern.mailgun.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the calls, and refuses those to the Domains API that are more than it grants within any
 * minute.
 */
final class CallBudget {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final Map<Operation, Integer> counts = new EnumMap<>(Operation.class);
  private final Deque<Instant> lately = new ArrayDeque<>();
  private int limit;
  private int refused;

  CallBudget(InstantSource clock, int limit) {
    this.clock = clock;
    this.limit = limit;
  }

  synchronized void limit(int callsPerMinute) {
    limit = callsPerMinute;
  }

  synchronized int calls(Operation operation) {
    return counts.getOrDefault(operation, 0);
  }

  synchronized int refused() {
    return refused;
  }

  /** Counts the call; how long to stay away when it was one too many. */
  synchronized Optional<Duration> spend(Operation operation) {
    counts.merge(operation, 1, Integer::sum);
    if (!operation.onDomains()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    while (!lately.isEmpty() && !lately.getFirst().plus(MINUTE).isAfter(now)) {
      lately.removeFirst();
    }
    if (lately.size() >= limit) {
      refused++;
      Instant free = lately.isEmpty() ? now.plus(MINUTE) : lately.getFirst().plus(MINUTE);
      return Optional.of(Duration.between(now, free));
    }
    lately.addLast(now);
    return Optional.empty();
  }
}
