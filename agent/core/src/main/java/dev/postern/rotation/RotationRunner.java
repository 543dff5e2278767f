package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.Version;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives one rotation to its end on a virtual thread, and tells the listener what happens. */
final class RotationRunner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RotationRunner.class);

  /** How soon a rotation looks again whether its journal can be written. */
  private static final Duration JOURNAL_PAUSE = Duration.ofSeconds(1);

  /** A pause up to this is too short to let another rotation work in it. */
  private static final Duration SHORT_PAUSE = Duration.ofMillis(50);

  /** How soon a rotation in the queue looks again; it is woken when its turn has come. */
  private static final Duration QUEUE_LOOK = Duration.ofHours(1);

  /** How many consumers are named that say the successor is refused. */
  private static final int MOST_REJECTING = 20;

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final Run run;
  private final Cycle cycle;
  private final TimeSource time;
  private final RotationListener listener;
  private final Thread thread;
  private final Slots.Slot slot;
  private final Set<String> rejecting = new LinkedHashSet<>();
  private volatile boolean stopping;
  private Optional<Receipt.StepRecord> lastReported;
  private String reportedState;
  private Instant reportedAt;

  RotationRunner(Run run, RotationListener listener, Slots slots) {
    this.run = run;
    this.slot = slots.slot(run.wake);
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

  /** Whether this version is the successor that the rotation made. */
  boolean brings(Version version) {
    return running() && run.chronicle.state().facts().newVersion().equals(Optional.of(version));
  }

  /** A consumer says that the provider refuses the successor: it shows in the receipt. */
  void rejectedBy(String consumer) {
    String all;
    synchronized (rejecting) {
      if (rejecting.size() >= MOST_REJECTING || !rejecting.add(consumer)) {
        return;
      }
      all = String.join(", ", rejecting);
    }
    run.chronicle.recordUnlessEnded(
        Fact.FAILED,
        Map.of(
            Detail.STEP,
            Step.PROPAGATE.wireName(),
            Detail.OBSTACLE,
            Obstacle.SUCCESSOR_NOT_ACCEPTED.wireName(),
            Detail.MESSAGE,
            "the provider refuses the new version, say its consumers: " + all));
  }

  void wake() {
    run.wake.raise();
  }

  /** Whether it was granted. */
  boolean cancel(String requestedBy) {
    return run.cancel(requestedBy);
  }

  private void drive() {
    try (run;
        slot) {
      while (true) {
        long seen = run.wake.seen();
        if (stopping) {
          return;
        }
        if (!mayWork()) {
          time.await(run.wake, seen, time.instant().plus(QUEUE_LOOK));
          continue;
        }
        switch (step()) {
          case Progress.Moved moved -> {}
          case Progress.Waiting waiting -> {
            if (Duration.between(time.instant(), waiting.until()).compareTo(SHORT_PAUSE) > 0) {
              slot.giveBack();
            }
            time.await(run.wake, seen, waiting.until());
          }
          case Progress.Ended ended -> {
            return;
          }
        }
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looking at consumers costs nothing, and a cancelled rotation shall not queue to go back. */
  private boolean mayWork() {
    RotationState state = run.chronicle.state();
    if (state instanceof RotationState.Promoted || run.chronicle.cancelledBy().isPresent()) {
      return true;
    }
    if (!slot.take(urgency())) {
      return false;
    }
    run.couldActFrom(time.instant());
    return true;
  }

  private Slots.Urgency urgency() {
    if (run.plan().compromised()) {
      return Slots.Urgency.LEAK;
    }
    return run.chronicle.untouched() ? Slots.Urgency.PLANNED : Slots.Urgency.BEGUN;
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
    } catch (JournalException.Fenced e) {
      log.atWarn()
          .addKeyValue("rotation", id())
          .addKeyValue("why", e.getMessage())
          .log("another agent goes on with this rotation");
      stopping = true;
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
