package dev.postern.mailgun.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The faults that wait for their calls: first in, first out per operation, one for each call. */
final class Faults {
  private static final class Waiting {
    private final Fault fault;
    private int calls;

    Waiting(Fault fault, int calls) {
      this.fault = fault;
      this.calls = calls;
    }
  }

  private final Map<Operation, Deque<Waiting>> waiting = new EnumMap<>(Operation.class);

  synchronized void put(Operation operation, Fault fault, int calls) {
    if (!fault.appliesTo(operation)) {
      throw new IllegalArgumentException(
          "the fault " + fault + " means nothing at " + operation.label());
    }
    if (calls < 1) {
      throw new IllegalArgumentException("a fault needs at least one call, not " + calls);
    }
    waiting.computeIfAbsent(operation, _ -> new ArrayDeque<>()).add(new Waiting(fault, calls));
  }

  /** Takes the fault of this call. */
  synchronized Optional<Fault> next(Operation operation) {
    Deque<Waiting> queue = waiting.get(operation);
    if (queue == null || queue.isEmpty()) {
      return Optional.empty();
    }
    Waiting first = queue.element();
    first.calls--;
    if (first.calls == 0) {
      queue.remove();
    }
    return Optional.of(first.fault);
  }

  synchronized void clear() {
    waiting.clear();
  }

  /** What still waits, for a person to read. */
  synchronized Map<String, String> described() {
    Map<String, String> all = new LinkedHashMap<>();
    waiting.forEach(
        (operation, queue) ->
            queue.forEach(
                each ->
                    all.merge(
                        operation.label(),
                        each.fault + " for " + each.calls + " calls",
                        (a, b) -> a + ", then " + b)));
    return all;
  }
}
