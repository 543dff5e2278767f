package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.report.RotationView;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far many rotations are, in one line: redrawn on a terminal, else said now and then. */
final class BulkProgress {
  private static final String REDRAW = "\r\u001b[K";
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final PrintStream out;
  private final boolean live;
  private final InstantSource clock;
  private final Instant began;
  private long settledAtFirst = -1;
  private @Nullable Instant lastLine;

  BulkProgress(PrintStream out, boolean live, InstantSource clock) {
    this.out = out;
    this.live = live;
    this.clock = clock;
    this.began = clock.instant();
  }

  void show(List<RotationView> rotations) {
    Instant now = clock.instant();
    if (settledAtFirst < 0) {
      settledAtFirst = settled(rotations);
    }
    if (live) {
      out.print(REDRAW + line(rotations, now));
      out.flush();
    } else if (lastLine == null || Duration.between(lastLine, now).compareTo(BETWEEN_LINES) >= 0) {
      out.println(line(rotations, now));
      lastLine = now;
    }
  }

  void end() {
    if (live) {
      out.print(REDRAW);
    }
  }

  private String line(List<RotationView> rotations, Instant now) {
    long done = rotations.stream().filter(RotationView::done).count();
    long failed = settled(rotations) - done;
    long queued = rotations.stream().filter(BulkProgress::isQueued).count();
    long running = rotations.size() - done - failed - queued;
    return "%d of %d done, %d failed, %d running, %d queued%s%s"
        .formatted(
            done,
            rotations.size(),
            failed,
            running,
            queued,
            left(rotations, now),
            filed(rotations));
  }

  /** One reason stands for all: it is the same rotator most times. */
  private static String filed(List<RotationView> rotations) {
    List<RotationView> filed = rotations.stream().filter(RotationView::filed).toList();
    return filed.isEmpty()
        ? ""
        : SafeText.line(
            ", %d filed and not taken up (%s: %s)"
                .formatted(filed.size(), filed.getFirst().secret(), filed.getFirst().message()));
  }

  /** By the pace since this command looks. */
  private String left(List<RotationView> rotations, Instant now) {
    long settled = settled(rotations);
    long since = settled - settledAtFirst;
    long open = rotations.size() - settled;
    double seconds = Duration.between(began, now).toMillis() / 1000.0;
    return since == 0 || open == 0
        ? ""
        : ", about %s left".formatted(HumanTime.elapsed(Math.ceil(seconds / since * open)));
  }

  private static long settled(List<RotationView> rotations) {
    return rotations.stream().filter(RotationView::settled).count();
  }

  private static boolean isQueued(RotationView rotation) {
    boolean notBegun = rotation.filed() || rotation.state().equals("planned");
    return notBegun && rotation.steps().isEmpty();
  }
}
