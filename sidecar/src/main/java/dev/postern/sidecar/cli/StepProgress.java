package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.report.RotationView;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The steps of a rotation as they happen: a line for each finished one, and on a terminal a last
 * line that is redrawn for the one that runs. While nobody has taken it up, why.
 */
final class StepProgress {
  private static final Duration BETWEEN_REASONS = Duration.ofMinutes(1);
  private static final String REDRAW = "\r\u001b[K";

  private final PrintStream out;
  private final boolean live;
  private final InstantSource clock;
  private final Set<Integer> shown = new HashSet<>();
  private boolean drawn;
  private String reason = "";
  private Instant said = Instant.MIN;

  StepProgress(PrintStream out, boolean live, InstantSource clock) {
    this.out = out;
    this.live = live;
    this.clock = clock;
  }

  void show(RotationView rotation) {
    if (rotation.filed()) {
      waits(rotation);
      return;
    }
    if (!reason.isEmpty() && !rotation.ended()) {
      out.println(
          SafeText.line("%s: taken up as rotation %s".formatted(rotation.secret(), rotation.id())));
    }
    reason = "";
    List<RotationView.Step> steps = rotation.steps();
    for (int index = 0; index < steps.size(); index++) {
      RotationView.Step step = steps.get(index);
      if (step.finished() && shown.add(index)) {
        clear();
        out.println(line(rotation, step, step.seconds().orElse(0), step.detail()));
      }
    }
    if (live && !steps.isEmpty() && !steps.getLast().finished()) {
      draw(rotation, steps.getLast());
    }
  }

  /** Each reason once, and again when a minute has passed: nobody shall think that it hangs. */
  private void waits(RotationView filed) {
    Instant now = clock.instant();
    if (filed.message().equals(reason) && now.isBefore(said.plus(BETWEEN_REASONS))) {
      return;
    }
    reason = filed.message();
    said = now;
    out.println(
        SafeText.line(
            "%s: filed %s: %s"
                .formatted(
                    filed.secret(),
                    filed
                        .flaggedAt()
                        .map(
                            at ->
                                HumanTime.age(Duration.between(at, now).toMillis() / 1000.0)
                                    + " ago")
                        .orElse(""),
                    filed.message())));
  }

  void end() {
    clear();
  }

  private void draw(RotationView rotation, RotationView.Step step) {
    String attempt = step.attempts() > 1 ? "attempt %d".formatted(step.attempts()) : "";
    String problem = step.problem().isEmpty() ? "" : ": " + step.problem();
    out.print(REDRAW + shortened(line(rotation, step, running(step), attempt + problem)));
    out.flush();
    drawn = true;
  }

  private void clear() {
    if (drawn) {
      out.print(REDRAW);
      drawn = false;
    }
  }

  private double running(RotationView.Step step) {
    return step.startedAt()
        .map(start -> Duration.between(start, clock.instant()).toMillis() / 1000.0)
        .orElse(0.0);
  }

  private static String line(
      RotationView rotation, RotationView.Step step, double seconds, String note) {
    return SafeText.line(
        "%s: %-9s %8s  %s"
            .formatted(rotation.secret(), step.name(), HumanTime.elapsed(seconds), note)
            .stripTrailing());
  }

  /** A line that wraps cannot be redrawn. */
  private static String shortened(String line) {
    return line.length() <= 79 ? line : line.substring(0, 78) + "…";
  }
}
