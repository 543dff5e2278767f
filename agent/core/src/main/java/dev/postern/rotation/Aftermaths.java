package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after leaks: one virtual thread per rotation that is watched, and one call at a time per
 * provider, because the rotations themselves come first.
 */
final class Aftermaths implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Aftermaths.class);

  /** How soon a watch goes on that could not write, or met a fault of the agent. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  /** How long a provider's answer is waited for at the end. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

  private record Watching(Chronicle chronicle, Thread thread) {}

  private final Ownership ownership;
  private final Failpoints failpoints;
  private final TimeSource time;
  private final RotationListener listener;
  private final Map<RotationId, Watching> watching = new ConcurrentHashMap<>();
  private final RotationCapacity capacity;
  private volatile boolean stopping;

  /**
   * @param all the rotations of this journal, as they come
   */
  Aftermaths(
      String installation,
      Collection<Chronicle> all,
      Rotations.Surroundings surroundings,
      RotationListener listener,
      RotationCapacity capacity) {
    this.capacity = capacity;
    this.ownership = new Ownership(installation, all);
    this.failpoints = surroundings.failpoints();
    this.time = surroundings.time();
    this.listener = listener;
  }

  /** Watches a rotation, if it is one to be watched and is not yet. Returns at once. */
  void watch(Chronicle chronicle, RotationTarget target) {
    if (!chronicle.state().plan().watched() || stopping) {
      return;
    }
    listener.watched(chronicle.receipt());
    if (AftermathReader.finished(chronicle.events())) {
      return;
    }
    RotationPlan plan = chronicle.state().plan();
    AftermathWatch watch =
        new AftermathWatch(
            chronicle, new AccountLook(target.issuer(), plan.scope(), failpoints), ownership);
    watching.computeIfAbsent(
        plan.id(),
        id ->
            new Watching(
                chronicle,
                Thread.ofVirtual()
                    .name("aftermath-" + plan.secret())
                    .start(() -> run(watch, chronicle, capacity.look(target.issuer())))));
  }

  private void run(AftermathWatch watch, Chronicle chronicle, Semaphore turn) {
    try {
      while (!stopping) {
        long seen = chronicle.changed.seen();
        Optional<Instant> next = advance(watch, chronicle, turn);
        if (next.isEmpty()) {
          return;
        }
        time.await(chronicle.changed, seen, next.get());
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Instant> advance(AftermathWatch watch, Chronicle chronicle, Semaphore turn)
      throws InterruptedException {
    SecretName secret = chronicle.state().plan().secret();
    turn.acquire();
    try {
      if (stopping) {
        return Optional.empty();
      }
      Optional<Instant> next = watch.advance(time.instant());
      listener.watched(chronicle.receipt());
      return next;
    } catch (JournalException e) {
      if (stopping) {
        return Optional.empty();
      }
      log.atError()
          .addKeyValue("secret", secret)
          .addKeyValue("problem", e.getMessage())
          .log("what was seen after a leak cannot be written down; it is looked at again");
    } catch (RuntimeException bug) {
      log.atError()
          .addKeyValue("secret", secret)
          .setCause(bug)
          .log("the watch after a leak met a fault of the agent; it goes on");
    } finally {
      turn.release();
    }
    return Optional.of(time.instant().plus(PAUSE));
  }

  /** See {@link RotationService#mark}. */
  Receipt mark(
      Optional<Chronicle> rotation, RotationId id, String task, boolean done, String markedBy) {
    Chronicle chronicle =
        rotation.orElseThrow(
            () ->
                new RotationRefused(
                    Reason.UNKNOWN_ROTATION,
                    "no rotation has the id " + id + ": `postern rotations` lists them"));
    boolean known =
        chronicle.receipt().aftermath().stream()
            .flatMap(seen -> seen.tasks().stream())
            .anyMatch(one -> one.id().equals(task));
    if (!known) {
      throw new RotationRefused(
          Reason.UNKNOWN_TASK,
          "rotation " + id + " leaves no such task: `postern report " + id + "` shows them");
    }
    try {
      chronicle.record(
          Fact.MARKED,
          Map.of(
              Detail.TASK,
              task,
              Detail.TASK_STATE,
              done ? PersonTasks.DONE : PersonTasks.OPEN,
              Detail.REQUESTED_BY,
              markedBy));
    } catch (JournalException e) {
      throw new RotationRefused(Reason.NOT_NOW, e.getMessage());
    }
    return chronicle.receipt();
  }

  /** Stops looking; after a restart it goes on where the journal says. */
  @Override
  public void close() {
    stopping = true;
    watching.values().forEach(one -> one.chronicle.changed.raise());
    // Never interrupted: that would close the journal's file under the others.
    long end = System.nanoTime() + STOP_PATIENCE.toNanos();
    try {
      for (Watching one : watching.values()) {
        one.thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
