package dev.postern.sidecar.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = "Run the agent until it is told to stop (SIGTERM or Ctrl-C).",
    footer = "Example: postern run --config /etc/postern/postern.yaml")
final class RunCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Supplier<AgentLauncher> launcher;

  @Option(names = "--config", paramLabel = "F", required = true, description = "the config file")
  private Path config = Path.of("");

  RunCommand(Surroundings surroundings, Supplier<AgentLauncher> launcher) {
    this.surroundings = surroundings;
    this.launcher = launcher;
  }

  @Override
  public Integer call() {
    return launcher.get().run(config, surroundings.out(), surroundings.err());
  }
}
