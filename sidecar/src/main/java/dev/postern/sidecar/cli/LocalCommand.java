package dev.postern.sidecar.cli;

import dev.postern.store.StoreException;
import dev.postern.store.local.LocalConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "local",
    description = "Prepare the embedded store, one age-encrypted file; no agent is needed.",
    footer = "Example: postern local init",
    synopsisSubcommandLabel = "COMMAND")
final class LocalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  static CommandLine tree(Surroundings surroundings) {
    return new CommandLine(new LocalCommand())
        .addSubcommand("init", new LocalInitCommand(surroundings))
        .addSubcommand("put", new LocalPutCommand(surroundings))
        .addSubcommand("list", new LocalListCommand(surroundings));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing: init, put or list");
  }

  /** A store's own words say what to do; only the code is missing. */
  static CommandFailure failure(StoreException failure) {
    ExitCode code =
        switch (failure) {
          case StoreException.NotFound _,
              StoreException.Denied _,
              StoreException.Conflict _,
              StoreException.Unsupported _ ->
              ExitCode.REFUSED;
          case StoreException.Unavailable _, StoreException.Throttled _ -> ExitCode.UNREACHABLE;
          case StoreException.Malformed _ -> ExitCode.FAILED;
        };
    return new CommandFailure(code, String.valueOf(failure.getMessage()));
  }

  /** Which store. */
  static final class StoreOptions {
    private static final Path DEFAULT_FILE = Path.of("postern.age");
    private static final Path DEFAULT_IDENTITY = Path.of("postern.identity");

    @Option(names = "--file", paramLabel = "F", description = "the store (default: ./postern.age)")
    private Path file = DEFAULT_FILE;

    @Option(
        names = "--identity",
        paramLabel = "I",
        description = "the age identity that decrypts it (default: ./postern.identity)")
    private Path identity = DEFAULT_IDENTITY;

    LocalConfig config() {
      return new LocalConfig("local", file.normalize(), identity.normalize());
    }

    /**
     * The options that name this store again, with a blank before them; nothing for the default.
     */
    String repeated() {
      return file.equals(DEFAULT_FILE) && identity.equals(DEFAULT_IDENTITY)
          ? ""
          : " --file %s --identity %s".formatted(file, identity);
    }
  }
}
