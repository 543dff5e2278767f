package dev.postern.serving;

import dev.postern.time.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one store that have not come back, each on a thread of its own, so that a call that
 * hangs holds up nobody. One that is not back by its deadline is interrupted and given up: what it
 * still brings is wiped. It counts on, and its secrets are not asked for, until its thread has
 * ended, so that a store that swallows calls does not collect threads.
 *
 * <p>Used by the store's loop; the threads of the calls only hand over what they bring.
 */
final class CallsInFlight implements AutoCloseable {
  /** With so many given up and not back, no further call is made. */
  static final int MOST_ABANDONED = 16;

  /** A single call of a store gets this long; longer than any store's own deadline. */
  static final Duration DEADLINE = Duration.ofSeconds(15);

  /** One call, or the few that belong together. */
  static final class Call {
    /** With the number of publications that each had when the call began. */
    final Map<Turn, Long> begun;

    /** Of all that is learned by it, and by what follows from it. */
    final Pace pace;

    private final Duration allowed;
    private Instant deadline;
    private @Nullable Thread thread;
    private @Nullable Map<ServedSecret, Answer> answers;
    private boolean abandoned;

    private Call(Map<Turn, Long> begun, Pace pace, Duration allowed, Instant now) {
      this.begun = begun;
      this.pace = pace;
      this.allowed = allowed;
      this.deadline = now.plus(allowed);
    }

    /** Its deadline passed before it came back. */
    boolean abandoned() {
      return abandoned;
    }

    Answer answer(Turn turn) {
      Answer answer = answers == null ? null : answers.get(turn.secret);
      return answer == null
          ? new Answer.Failed(new IllegalStateException("a call ended without an answer"))
          : answer;
    }

    Duration allowed() {
      return allowed;
    }

    private void discard() {
      if (answers != null) {
        answers.values().forEach(Answer::discard);
      }
    }
  }

  private final String store;
  private final Signal back;
  private final Set<Call> live = new LinkedHashSet<>();
  private final Set<Call> abandoned = new LinkedHashSet<>();

  private final Object handOver = new Object();
  private List<Call> arrived = new ArrayList<>();
  private boolean closed;

  /**
   * @param back raised when a call has come back
   */
  CallsInFlight(String store, Signal back) {
    this.store = store;
    this.back = back;
  }

  int live() {
    return live.size();
  }

  boolean collectsThreads() {
    return abandoned.size() >= MOST_ABANDONED;
  }

  /**
   * Makes it on a thread of its own.
   *
   * @param begun whom it is about, with their publications until now
   */
  void start(
      Map<Turn, Long> begun,
      Pace pace,
      Duration allowed,
      Instant now,
      Supplier<Map<ServedSecret, Answer>> work) {
    Call call = new Call(begun, pace, allowed, now);
    live.add(call);
    call.thread =
        Thread.ofVirtual().name("ask-" + store).start(() -> deliver(call, result(call, work)));
  }

  private static Map<ServedSecret, Answer> result(
      Call call, Supplier<Map<ServedSecret, Answer>> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return failed(call, e);
    } catch (Error e) {
      return failed(call, new IllegalStateException("a call of a store ended with an error", e));
    }
  }

  private static Map<ServedSecret, Answer> failed(Call call, RuntimeException why) {
    Answer failed = new Answer.Failed(why);
    Map<ServedSecret, Answer> answers = new LinkedHashMap<>();
    call.begun.keySet().forEach(turn -> answers.put(turn.secret, failed));
    return answers;
  }

  private void deliver(Call call, Map<ServedSecret, Answer> answers) {
    synchronized (handOver) {
      call.answers = answers;
      if (closed) {
        call.discard();
        return;
      }
      arrived.add(call);
    }
    back.raise();
  }

  /** Those that came back since; an abandoned one among them brings nothing. */
  List<Call> takeArrived() {
    List<Call> taken;
    synchronized (handOver) {
      taken = arrived;
      arrived = new ArrayList<>();
    }
    for (Call call : taken) {
      live.remove(call);
      abandoned.remove(call);
      if (call.abandoned) {
        call.discard();
      }
    }
    return taken;
  }

  /** Gives up those whose deadline has passed. */
  List<Call> abandonOverdue(Instant now) {
    List<Call> overdue = new ArrayList<>();
    for (Call call : live) {
      if (call.deadline.isAfter(now.plus(call.allowed))) {
        call.deadline = now.plus(call.allowed); // the clock was set back
      }
      if (!now.isBefore(call.deadline)) {
        overdue.add(call);
      }
    }
    for (Call call : overdue) {
      call.abandoned = true;
      live.remove(call);
      abandoned.add(call);
      interrupt(call);
    }
    return overdue;
  }

  /** When the next one is given up, or what is given if that is earlier. */
  Instant nextDeadline(Instant otherwise) {
    Instant next = otherwise;
    for (Call call : live) {
      next = call.deadline.isBefore(next) ? call.deadline : next;
    }
    return next;
  }

  private static void interrupt(Call call) {
    Thread thread = call.thread;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Called when the loop has ended: wipes what has arrived, and what will. */
  @Override
  public void close() {
    synchronized (handOver) {
      closed = true;
      arrived.forEach(Call::discard);
      arrived.clear();
    }
    live.forEach(CallsInFlight::interrupt);
  }
}
