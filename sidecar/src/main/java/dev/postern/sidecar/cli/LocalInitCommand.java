package dev.postern.sidecar.cli;

import dev.postern.store.StoreException;
import dev.postern.store.local.LocalConfig;
import dev.postern.store.local.LocalStoreFactory;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "init",
    description = "Make a new store, and an identity for it unless there is one.",
    footer =
        "Example: postern local init --file /etc/postern/store.age --identity /etc/postern/identity")
final class LocalInitCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final LocalCommand.StoreOptions store = new LocalCommand.StoreOptions();

  LocalInitCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    LocalConfig config = store.config();
    try {
      LocalStoreFactory.init(config);
    } catch (StoreException e) {
      throw LocalCommand.failure(e);
    }
    PrintStream out = surroundings.out();
    out.println("store:    " + config.file());
    out.println(
        "identity: " + config.identity() + " (whoever reads it reads the store: keep it safe)");
    out.println();
    out.println("for the config:");
    out.println("stores:");
    out.println(
        "  local: {type: local, file: %s, identity: %s}"
            .formatted(yaml(config.file()), yaml(config.identity())));
    out.println();
    out.println("next: postern local put mail/sending --field api_key" + store.repeated());
    return ExitCode.OK.code();
  }

  private static String yaml(Path path) {
    String text = path.toString();
    return text.matches("[A-Za-z0-9/._-]+")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
