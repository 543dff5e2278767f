package dev.postern.sidecar.cli.report;

import dev.postern.sidecar.cli.HumanTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A rotation laid out in time, counted in seconds from the moment of the flag.
 *
 * @param length of the steps; marks may lie beyond
 * @param deadline for revocation, where there is one
 */
record Timeline(List<Bar> bars, List<Marks> marks, double length, Optional<Double> deadline) {

  /**
   * One step.
   *
   * @param start seconds after the flag
   * @param seconds zero for a step that has not finished
   */
  record Bar(RotationView.Step step, double start, double seconds) {}

  /** Things of one kind, each at one moment. */
  record Marks(String name, Style style, List<Mark> at) {}

  /** One thing. */
  record Mark(double seconds, String text) {}

  /** How bad it is. */
  enum Style {
    GOOD,
    NEUTRAL,
    BAD
  }

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
    return new Timeline(
        bars,
        origin.map(from -> marks(rotation, from)).orElse(List.of()),
        Math.max(length, 0.001),
        origin.flatMap(from -> rotation.deadline().map(at -> after(from, at))));
  }

  private static Bar bar(RotationView.Step step, Optional<Instant> origin) {
    double start = origin.flatMap(from -> step.startedAt().map(at -> after(from, at))).orElse(0.0);
    return new Bar(step, Math.max(0, start), Math.max(0, step.seconds().orElse(0)));
  }

  private static List<Marks> marks(RotationView rotation, Instant from) {
    List<Marks> marks = new ArrayList<>();
    add(
        marks,
        "acknowledged",
        Style.GOOD,
        rotation.acknowledged().stream().flatMap(ack -> mark(from, ack.at(), ack.consumer())));
    add(
        marks,
        "probes that prove",
        Style.GOOD,
        rotation.probes().stream()
            .filter(RotationView.Probe::proves)
            .flatMap(probe -> mark(from, probe.at(), "old key refused, new key accepted")));
    add(
        marks,
        "other probes",
        Style.NEUTRAL,
        rotation.probes().stream()
            .filter(probe -> !probe.proves())
            .flatMap(
                probe ->
                    mark(
                        from,
                        probe.at(),
                        "old key " + probe.old() + ", new key " + probe.successor())));
    add(
        marks,
        "uses after",
        Style.BAD,
        rotation.aftermath().usesAfterRevocation().stream()
            .flatMap(
                use ->
                    Stream.concat(
                        mark(from, use.first(), "old key used from " + use.source()),
                        mark(from, use.last(), "old key used from " + use.source()))));
    return marks;
  }

  private static void add(List<Marks> all, String name, Style style, Stream<Mark> marks) {
    List<Mark> found = marks.toList();
    if (!found.isEmpty()) {
      all.add(new Marks(name, style, found));
    }
  }

  private static Stream<Mark> mark(Instant from, Optional<Instant> at, String text) {
    return at.map(moment -> new Mark(after(from, moment), text)).stream();
  }

  private static double after(Instant from, Instant at) {
    return RotationView.secondsBetween(from, at);
  }

  /** The picture for those who do not see it. */
  static String words(Timeline timeline) {
    Stream<String> bars =
        timeline.bars().stream()
            .map(
                bar ->
                    "%s at +%s, %s"
                        .formatted(
                            bar.step().name(),
                            HumanTime.elapsed(bar.start()),
                            Facts.took(bar.step())));
    Stream<String> marks =
        timeline.marks().stream().map(one -> one.name() + ": " + one.at().size());
    Stream<String> deadline =
        timeline.deadline().map(at -> "deadline at +" + HumanTime.elapsed(at)).stream();
    return Stream.of(bars, deadline, marks)
        .flatMap(lines -> lines)
        .collect(Collectors.joining("; "));
  }
}
