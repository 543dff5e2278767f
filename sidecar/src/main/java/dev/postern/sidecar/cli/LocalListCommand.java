package dev.postern.sidecar.cli;

import dev.postern.Version;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.store.StoreException;
import dev.postern.store.local.LocalAdministration;
import dev.postern.store.local.LocalEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "List what the store holds: paths, fields and versions, never a value.",
    footer = "Example: postern local list")
final class LocalListCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final LocalCommand.StoreOptions store = new LocalCommand.StoreOptions();

  @Option(names = "--json", description = "print the entries as JSON")
  private boolean json;

  LocalListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<LocalEntry> entries = entries();
    if (json) {
      new JsonOutput(surroundings)
          .print(
              JsonObject.of(
                  Map.of("secrets", entries.stream().map(LocalListCommand::toMap).toList())));
    } else if (entries.isEmpty()) {
      surroundings
          .err()
          .println("postern: the store is empty: fill it with `postern local put PATH --field F`");
    } else {
      print(entries);
    }
    return ExitCode.OK.code();
  }

  private List<LocalEntry> entries() {
    try (LocalAdministration administration = LocalAdministration.open(store.config())) {
      return administration.list();
    } catch (StoreException e) {
      throw LocalCommand.failure(e);
    }
  }

  private void print(List<LocalEntry> entries) {
    Table table = new Table("PATH", "FIELDS", "VERSION", "PENDING", "PREVIOUS", "CREATED", "FLAG");
    for (LocalEntry entry : entries) {
      table.add(
          entry.path().value(),
          String.join(",", entry.fields()),
          entry.current().id(),
          entry.pending().map(Version::id).orElse(""),
          entry.previous().stream().map(Version::id).collect(Collectors.joining(",")),
          HumanTime.time(entry.createdAt()),
          entry.flag().isPresent() ? "compromised" : "");
    }
    table.print(surroundings.out());
  }

  private static Map<String, Object> toMap(LocalEntry entry) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("path", entry.path().value());
    map.put("fields", entry.fields());
    map.put("version", entry.current().id());
    entry.pending().ifPresent(version -> map.put("pending", version.id()));
    map.put("previous", entry.previous().stream().map(Version::id).toList());
    map.put("created_at", entry.createdAt().toString());
    map.put("compromised", entry.flag().isPresent());
    return map;
  }
}
