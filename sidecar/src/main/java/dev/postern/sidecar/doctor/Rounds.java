package dev.postern.sidecar.doctor;

import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the checks of one target after another, none of them for longer than it may take. */
final class Rounds {
  private final Duration longest;

  Rounds(Duration longest) {
    this.longest = longest;
  }

  /**
   * What one target's checks came to.
   *
   * @param blocked whether a gate failed, so that what depends on this target need not be tried
   */
  record Result(List<Row> rows, boolean blocked) {
    Result {
      rows = List.copyOf(rows);
    }
  }

  /** After a gate that failed, the others would only say the same again. */
  Result of(String target, List<Check> checks) {
    List<Row> rows = new ArrayList<>();
    String closed = "";
    for (Check check : checks) {
      Finding finding =
          closed.isEmpty()
              ? within(check)
              : Finding.skipped("not checked: '" + closed + "' comes first", "");
      rows.add(new Row(target, check.name(), finding));
      if (check.gate() && finding.outcome().isFailure()) {
        closed = check.name();
      }
    }
    return new Result(rows, !closed.isEmpty());
  }

  /** On a thread of its own, which is left to itself when it does not heed the interrupt. */
  private Finding within(Check check) {
    FutureTask<Finding> task = new FutureTask<>(check.look()::get);
    Thread thread = Thread.ofVirtual().name("doctor").start(task);
    try {
      return task.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Finding.unreachable(
          "no end within " + longest.toSeconds() + " s", "check the network on the way to it");
    } catch (ExecutionException e) {
      // Of a bug: its text might be anything, and so is not shown.
      return Finding.fail(
          "the check itself failed (" + String.valueOf(e.getCause()).split(":", 2)[0] + ")",
          "this is a bug in postern, please report it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.skipped("interrupted", "");
    } finally {
      thread.interrupt();
    }
  }
}
