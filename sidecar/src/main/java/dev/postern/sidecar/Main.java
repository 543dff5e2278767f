package dev.postern.sidecar;

import dev.postern.sidecar.agent.AgentProcess;
import dev.postern.sidecar.cli.PosternCli;

/** The program's entry. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    end(run(arguments));
  }

  /** Does what the command line says, in this process, and returns its exit code. */
  public static int run(String... arguments) {
    return PosternCli.ofProcess(AgentProcess::new).run(arguments);
  }

  /**
   * All that was said is written, and nothing waits for the end but what a signal has begun. The
   * JDK's own way would first look for a logger to note the exit with, in every jar of the class
   * path: a fifth of a short command.
   */
  private static void end(int code) {
    System.out.flush();
    System.err.flush();
    try {
      Runtime.getRuntime().addShutdownHook(new Thread());
    } catch (IllegalStateException signalled) {
      System.exit(code);
    }
    Runtime.getRuntime().halt(code);
  }
}
