package dev.postern.sidecar.cli.exec;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One running copy of the program. Started and stopped by one thread; signals come from others. */
final class Copy {
  private final int number;
  private final ExecPlan plan;
  private final IntConsumer onOwnEnd;
  private @Nullable Process process;
  private boolean beingStopped;

  /**
   * @param number from 1
   * @param onOwnEnd told the exit code when it ends without having been stopped from here
   */
  Copy(int number, ExecPlan plan, IntConsumer onOwnEnd) {
    this.number = number;
    this.plan = plan;
    this.onOwnEnd = onOwnEnd;
  }

  int number() {
    return number;
  }

  /**
   * @param variables added to this process's own environment
   */
  void start(Map<String, String> variables) throws CannotStartException {
    ProcessBuilder builder = new ProcessBuilder(plan.command()).inheritIO();
    Process started;
    // A signal that arrives meanwhile waits for the process that it is to reach.
    synchronized (this) {
      builder.environment().putAll(variables);
      builder.environment().put("POSTERN_COPY", Integer.toString(number));
      try {
        started = builder.start();
      } catch (IOException e) {
        throw CannotStartException.of(plan.command().getFirst(), String.valueOf(e.getMessage()));
      }
      process = started;
      beingStopped = false;
    }
    Thread.ofVirtual().name("copy-" + number).start(() -> awaitOwnEnd(started));
  }

  private void awaitOwnEnd(Process one) {
    try {
      int exitCode = one.waitFor();
      boolean own;
      synchronized (this) {
        own = one.equals(process) && !beingStopped;
      }
      if (own) {
        onOwnEnd.accept(exitCode);
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends the stop signal, if it runs. */
  void askToEnd() {
    synchronized (this) {
      beingStopped = true;
    }
    send(plan.stopSignal()::send);
  }

  /** Returns when it has ended; one that takes too long is killed with all that it started. */
  void awaitEnd() throws InterruptedException {
    Process running = running().orElse(null);
    if (running != null && !running.waitFor(plan.stopTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
      List<ProcessHandle> family = running.descendants().toList();
      running.destroyForcibly();
      family.forEach(ProcessHandle::destroyForcibly);
      running.waitFor();
    }
  }

  /** How a signal gets to a process. */
  @FunctionalInterface
  interface Delivery {
    void to(long pid) throws IOException;
  }

  /** Passes something on to the running process, if there is one. */
  void send(Delivery delivery) {
    running().ifPresent(running -> send(delivery, running));
  }

  private static void send(Delivery delivery, Process running) {
    if (running.isAlive()) {
      try {
        delivery.to(running.pid());
      } catch (IOException e) {
        // It ended at this moment, or became another user's: waiting for its end tells.
        return;
      }
    }
  }

  boolean isRunning() {
    return running().filter(Process::isAlive).isPresent();
  }

  long pid() {
    return running().map(Process::pid).orElse(0L);
  }

  private synchronized Optional<Process> running() {
    return Optional.ofNullable(process);
  }
}
