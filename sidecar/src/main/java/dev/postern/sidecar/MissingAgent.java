package dev.postern.sidecar;

import dev.postern.sidecar.cli.AgentLauncher;
import dev.postern.sidecar.cli.ExitCode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** Stands where the agent is wired in: this build has the commands only. */
final class MissingAgent implements AgentLauncher {

  @Override
  public int run(Path config, PrintStream out, PrintStream err) {
    return refuse(err);
  }

  @Override
  public int dev(Optional<Path> dir, PrintStream out, PrintStream err) {
    return refuse(err);
  }

  private static int refuse(PrintStream err) {
    err.println("postern: this build holds no agent: use a complete one");
    return ExitCode.REFUSED.code();
  }
}
