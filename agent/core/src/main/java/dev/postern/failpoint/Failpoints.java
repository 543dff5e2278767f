package dev.postern.failpoint;

import dev.postern.failpoint.Failpoint.Moment;
import java.util.function.Supplier;

/** What happens at the {@link Failpoint}s: nothing, outside tests. Thread-safe. */
@FunctionalInterface
public interface Failpoints {
  /** The system property that halts the process at a place: {@code STORE_PROMOTE:AFTER}. */
  String HALT_PROPERTY = "postern.failpoint.halt";

  Failpoints NONE = (failpoint, moment) -> {};

  /** Called at each place; what it throws, the engine sees as thrown by the act. */
  void reach(Failpoint failpoint, Moment moment);

  /** Runs an act with its three moments around it. */
  default <T> T around(Failpoint failpoint, Supplier<T> act) {
    reach(failpoint, Moment.BEFORE);
    T answer = act.get();
    reach(failpoint, Moment.ANSWER_LOST);
    reach(failpoint, Moment.AFTER);
    return answer;
  }

  /** Runs an act without an answer, with its three moments around it. */
  default void around(Failpoint failpoint, Runnable act) {
    around(
        failpoint,
        () -> {
          act.run();
          return failpoint;
        });
  }

  /**
   * The failpoints of this process: those that {@link #HALT_PROPERTY} names, for tests that kill an
   * agent at an exact place.
   *
   * @throws IllegalArgumentException when the property names no failpoint
   */
  static Failpoints ofSystemProperty() {
    String property = System.getProperty(HALT_PROPERTY, "");
    return property.isEmpty() ? NONE : HaltingFailpoints.parse(property);
  }
}
