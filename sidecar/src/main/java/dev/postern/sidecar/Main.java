package dev.postern.sidecar;

import dev.postern.sidecar.agent.AgentProcess;
import dev.postern.sidecar.cli.PosternCli;

/** The program's entry. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Does what the command line says, in this process, and returns its exit code. */
  public static int run(String... arguments) {
    return PosternCli.ofProcess(AgentProcess::new).run(arguments);
  }
}
