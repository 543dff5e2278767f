package dev.postern.serving;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to leave a store alone. One draw is for all that was asked together, so that it is asked
 * together again, while the agents of a fleet drift apart.
 */
final class Pace {
  private static final Duration QUICKEST = Duration.ofSeconds(1);

  private final double draw;

  private Pace(double draw) {
    this.draw = draw;
  }

  static Pace draw() {
    return new Pace(ThreadLocalRandom.current().nextDouble());
  }

  /**
   * After an answer.
   *
   * @param closely while a flag stands on it, or a rotation of it runs
   */
  Duration healthy(Duration refresh, boolean closely) {
    Duration pause = scaled(refresh, 0.8 + 0.2 * draw);
    if (!closely) {
      return pause;
    }
    Duration quarter = pause.dividedBy(4);
    return shorter(pause, quarter.compareTo(QUICKEST) < 0 ? QUICKEST : quarter);
  }

  /** After a failure; never shorter than in health, not even while it is watched closely. */
  Duration failed(Duration refresh) {
    return scaled(refresh, 1 + 0.5 * draw);
  }

  /** How much earlier than its time a secret may be looked at, to be looked at with others. */
  static Duration window(Duration refresh) {
    return refresh.dividedBy(10);
  }

  private static Duration scaled(Duration base, double factor) {
    return Duration.ofNanos((long) (base.toNanos() * factor));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
