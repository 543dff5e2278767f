package dev.postern.sidecar.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = "Print a script that completes postern's commands and options in bash and zsh.",
    footer = "Example: source <(postern completion)")
final class CompletionCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Spec private CommandSpec spec = CommandSpec.create();

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    surroundings.out().print(AutoComplete.bash("postern", root));
    return ExitCode.OK.code();
  }
}
