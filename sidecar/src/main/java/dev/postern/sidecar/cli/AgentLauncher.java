package dev.postern.sidecar.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** Starts the agent in this process. Both calls block until it has ended; not called twice. */
public interface AgentLauncher {

  /**
   * Runs the agent of a config file.
   *
   * @return the process's exit code, from {@link ExitCode}
   */
  int run(Path config, PrintStream out, PrintStream err);

  /**
   * Runs the agent on the embedded default.
   *
   * @param dir where its state is kept; without it, a fresh one
   * @return the process's exit code, from {@link ExitCode}
   */
  int dev(Optional<Path> dir, PrintStream out, PrintStream err);
}
