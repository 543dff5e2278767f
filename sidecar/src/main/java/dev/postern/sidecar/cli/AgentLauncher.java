package dev.postern.sidecar.cli;

import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.doctor.Row;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The way from the command line to all that an agent is made of. Each call blocks until it has
 * ended; not called twice.
 */
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

  /**
   * Looks over all that the config names, beside an agent that may run with it, and tells of it.
   */
  List<Row> doctor(PosternConfig config);
}
