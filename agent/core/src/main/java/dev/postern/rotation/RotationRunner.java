package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.journal.JournalException;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives one rotation to its end on a virtual thread, and tells the listener what happens. */
final class RotationRunner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RotationRunner.class);

  /** How soon a rotation looks again whether its journal can be written. */
  private static final Duration JOURNAL_PAUSE = Duration.ofSeconds(1);

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final Run run;
  private final Cycle cycle;
  private final TimeSource time;
  private final RotationListener listener;
  private final Thread thread;
  private volatile boolean stopping;
  private Optional<Receipt.StepRecord> lastReported;
  private String reportedState;
  private Instant reportedAt;

  RotationRunner(Run run, RotationListener listener) {
    this.run = run;
    this.cycle = new Cycle(run);
    this.time = run.time;
    this.listener = listener;
    this.lastReported = lastFinished(run.chronicle.receipt());
    this.reportedState = run.chronicle.state().wireName();
    this.reportedAt = time.instant();
    this.thread = Thread.ofVirtual().name("rotation-" + run.plan().secret()).unstarted(this::drive);
  }

  void start() {
    listener.rotationStarted(run.plan().secret());
    thread.start();
  }

  RotationId id() {
    return run.plan().id();
  }

  Chronicle chronicle() {
    return run.chronicle;
  }

  boolean running() {
    return !(run.chronicle.state() instanceof RotationState.Ended);
  }

  void wake() {
    run.wake.raise();
  }

  void cancel(String requestedBy) {
    run.cancel(requestedBy);
  }

  private void drive() {
    try (run) {
      while (true) {
        long seen = run.wake.seen();
        if (stopping) {
          return;
        }
        switch (step()) {
          case Progress.Moved moved -> {}
          case Progress.Waiting waiting -> time.await(run.wake, seen, waiting.until());
          case Progress.Ended ended -> {
            return;
          }
        }
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does what follows next, and reports it. Only from the rotation's own thread. */
  Progress step() {
    Progress progress = advance();
    RotationState after = run.chronicle.state();
    if (!after.wireName().equals(reportedState)) {
      Instant now = time.instant();
      report(after, Duration.between(reportedAt, now));
      reportedAt = now;
      reportedState = after.wireName();
    }
    return progress;
  }

  private Progress advance() {
    try {
      return cycle.advance();
    } catch (JournalException e) {
      log.atError()
          .addKeyValue("rotation", id())
          .addKeyValue("problem", e.getMessage())
          .log("a rotation stands still: its journal cannot be written");
    } catch (RuntimeException bug) {
      log.atError()
          .addKeyValue("rotation", id())
          .addKeyValue("state", run.chronicle.state().wireName())
          .setCause(bug)
          .log("a rotation stands still by a fault of the agent; it is tried again");
    }
    return new Progress.Waiting(time.instant().plus(JOURNAL_PAUSE));
  }

  private void report(RotationState state, Duration took) {
    log.atInfo()
        .addKeyValue("secret", run.plan().secret())
        .addKeyValue("rotation", id())
        .addKeyValue("state", state.wireName())
        .addKeyValue("took_ms", took.toMillis())
        .log("rotation");
    Receipt receipt = run.chronicle.receipt();
    Optional<Receipt.StepRecord> finished = lastFinished(receipt);
    if (!finished.equals(lastReported)) {
      finished.ifPresent(step -> listener.stepFinished(step.step(), stepTime(step)));
      lastReported = finished;
    }
    if (receipt.ended()) {
      if (!receipt.state().equals(Receipt.DONE)) {
        log.atError()
            .addKeyValue("secret", run.plan().secret())
            .addKeyValue("rotation", id())
            .addKeyValue("outcome", receipt.state())
            .addKeyValue("why", receipt.message().orElse(""))
            .log("a rotation did not do what it was asked for");
      }
      listener.rotationEnded(receipt);
    }
  }

  private static Optional<Receipt.StepRecord> lastFinished(Receipt receipt) {
    return receipt.steps().stream()
        .filter(step -> step.finishedAt().isPresent())
        .reduce((earlier, later) -> finishedLater(earlier, later));
  }

  private static Receipt.StepRecord finishedLater(
      Receipt.StepRecord one, Receipt.StepRecord other) {
    return other.finishedAt().orElseThrow().isBefore(one.finishedAt().orElseThrow()) ? one : other;
  }

  private static Duration stepTime(Receipt.StepRecord step) {
    return Duration.between(step.startedAt(), step.finishedAt().orElseThrow());
  }

  /** Asks it to stop after the act under way; returns at once. */
  void stop() {
    stopping = true;
    wake();
  }

  /** Stops between two acts; what was recorded goes on after a restart. */
  @Override
  public void close() {
    stop();
    try {
      if (!thread.join(STOP_PATIENCE)) {
        log.atWarn()
            .addKeyValue("rotation", id())
            .log("a rotation is still waiting for an answer; it goes on after a restart");
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
