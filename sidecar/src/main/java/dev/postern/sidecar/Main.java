package dev.postern.sidecar;

import dev.postern.sidecar.agent.AgentProcess;
import dev.postern.sidecar.cli.PosternCli;

/** The program's entry. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(PosternCli.ofProcess(AgentProcess::new).run(arguments));
  }
}
