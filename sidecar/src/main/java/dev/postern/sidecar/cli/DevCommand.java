package dev.postern.sidecar.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "dev",
    description = {
      "Run the agent on the embedded default, to try everything on.",
      "A local store and a simulated Mailgun in one process, a sending key and an SMTP login in it."
    },
    footer = "Example: postern dev --dir /tmp/postern")
final class DevCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Supplier<AgentLauncher> launcher;

  @Option(
      names = "--dir",
      paramLabel = "D",
      description = "where the state is kept, to go on with it at the next start")
  private @Nullable Path dir;

  DevCommand(Surroundings surroundings, Supplier<AgentLauncher> launcher) {
    this.surroundings = surroundings;
    this.launcher = launcher;
  }

  @Override
  public Integer call() {
    return launcher.get().dev(Optional.ofNullable(dir), surroundings.out(), surroundings.err());
  }
}
