package dev.postern.sidecar.cli.exec;

import dev.postern.linux.UnixSignal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is run, and how it is started again.
 *
 * @param command the program and its arguments; no shell is in between
 * @param copies how many of it run, at least 1; they are started again one after the other
 * @param stopSignal asks a copy to end
 * @param stopTimeout how long a copy may take to end before it is killed with all that it started
 * @param ready a shell command that exits 0 once a copy does its work
 * @param readyTimeout after which it is said that a copy is not ready; it is asked on
 */
public record ExecPlan(
    List<String> command,
    int copies,
    UnixSignal stopSignal,
    Duration stopTimeout,
    Optional<String> ready,
    Duration readyTimeout) {

  public ExecPlan {
    command = List.copyOf(command);
  }
}
