package dev.postern.sidecar.cli.report;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The steps laid out in time, counted from the moment of the flag. */
record Timeline(List<Bar> bars, double length) {

  /**
   * One step.
   *
   * @param start seconds after the flag
   * @param seconds zero for a step that has not finished
   */
  record Bar(RotationView.Step step, double start, double seconds) {}

  static Timeline of(RotationView rotation) {
    Optional<Instant> origin =
        rotation
            .flaggedAt()
            .or(
                () ->
                    rotation.steps().stream()
                        .flatMap(step -> step.startedAt().stream())
                        .findFirst());
    List<Bar> bars = rotation.steps().stream().map(step -> bar(step, origin)).toList();
    double length = bars.stream().mapToDouble(bar -> bar.start + bar.seconds).max().orElse(0);
    return new Timeline(bars, Math.max(length, 0.001));
  }

  private static Bar bar(RotationView.Step step, Optional<Instant> origin) {
    double start =
        origin
            .flatMap(from -> step.startedAt().map(at -> RotationView.secondsBetween(from, at)))
            .orElse(0.0);
    return new Bar(step, Math.max(0, start), Math.max(0, step.seconds().orElse(0)));
  }
}
