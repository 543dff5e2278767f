package dev.postern.sidecar.cli.exec;

import dev.postern.linux.UnixSignal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * All copies of the program. When one ends by itself, so do the others, and its exit code is that
 * of the whole: to start what fails is the work of whoever started this.
 */
public final class Copies {
  private static final int SIGNALLED = 128;

  private final List<Copy> copies;
  private final Readiness readiness;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private volatile boolean ending;
  private volatile int endedBy;

  /** Whether a copy that is to run does not: before the first start, and while it is replaced. */
  private volatile boolean replacing = true;

  /** Starts nothing yet. */
  public Copies(ExecPlan plan, Readiness readiness) {
    this.readiness = readiness;
    this.copies =
        IntStream.rangeClosed(1, plan.copies())
            .mapToObj(number -> new Copy(number, plan, this::endWith))
            .toList();
  }

  /** The exit code, once the copies have ended or been told to. */
  public CompletableFuture<Integer> end() {
    return end;
  }

  /**
   * Starts every copy with these variables, one after the other; those that run are stopped first,
   * each when the one before it is ready.
   *
   * @param superseded whether there is already something newer to start them with
   * @return whether all run with these variables and are ready; if not, something newer is there,
   *     or the end has come
   */
  public boolean renew(Map<String, String> variables, BooleanSupplier superseded)
      throws CannotStartException, InterruptedException {
    for (Copy copy : copies) {
      replacing = true;
      try {
        copy.askToEnd();
        copy.awaitEnd();
        if (ending) {
          endIfNobodyRuns();
          return false;
        }
        copy.start(variables);
      } finally {
        replacing = false;
      }
      BooleanSupplier givenUp = () -> ending || superseded.getAsBoolean();
      if (!readiness.await(copy, givenUp)) {
        return false;
      }
    }
    return !ending;
  }

  /**
   * Passes a signal on to all. SIGTERM also keeps new copies from being started; so does SIGINT
   * while one is being replaced, which would not be there to take it. Otherwise a program may go on
   * after a SIGINT.
   */
  public void signalled(UnixSignal signal, boolean pass) {
    boolean ends = signal == UnixSignal.TERM || (signal == UnixSignal.INT && replacing);
    if (ends) {
      endedBy = SIGNALLED + signal.number();
      ending = true;
      if (replacing) {
        endIfNobodyRuns();
      }
    }
    if (pass) {
      copies.forEach(copy -> copy.send(signal::send));
    }
  }

  /** The one that was being replaced did not end by itself, and so nobody told its exit code. */
  private void endIfNobodyRuns() {
    if (copies.stream().noneMatch(Copy::isRunning)) {
      end.complete(endedBy);
    }
  }

  private void endWith(int exitCode) {
    ending = true;
    end.complete(exitCode);
  }

  /** Stops what still runs; returns when nothing does. */
  public void stopAll() throws InterruptedException {
    ending = true;
    copies.forEach(Copy::askToEnd);
    for (Copy copy : copies) {
      copy.awaitEnd();
    }
  }
}
