package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one entry of {@code stores}. */
final class StoreReader {
  private static final List<String> AVAILABLE = List.of("local", "env", "aws");
  private static final Set<String> NOT_IN_THIS_BUILD = Set.of("vault", "conjur");

  private final Path folder;

  StoreReader(Path folder) {
    this.folder = folder;
  }

  Optional<StoreConfig> read(Section section) {
    return section
        .required("type", StoreReader::type)
        .flatMap(
            type ->
                switch (type) {
                  case "env" -> env(section);
                  case "aws" -> AwsStoreReader.read(section);
                  default -> local(section);
                });
  }

  private static Optional<StoreConfig> env(Section section) {
    section.onlyKeys(Set.of("type"));
    return Optional.of(new StoreConfig.Env());
  }

  private Optional<StoreConfig> local(Section section) {
    section.onlyKeys(Set.of("type", "file", "identity"));
    Optional<Path> file = section.required("file", Readers.file(folder));
    Optional<Path> identity = section.required("identity", Readers.file(folder));
    if (file.isPresent() && file.equals(identity)) {
      section.error("identity", "the identity must be another file than the store itself");
    }
    return file.flatMap(f -> identity.map(i -> new StoreConfig.Local(f, i)));
  }

  private static Reading<String> type(Value value) {
    String available = "available: " + String.join(", ", AVAILABLE);
    if (value.isText() && AVAILABLE.contains(value.text())) {
      return Reading.of(value.text());
    }
    if (value.isText() && NOT_IN_THIS_BUILD.contains(value.text())) {
      return Reading.refused("store type " + value.text() + " is not in this build; " + available);
    }
    return Reading.refused(
        "expected a store type, found "
            + value.shown()
            + NearestWord.to(value.text(), AVAILABLE)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse("; " + available));
  }
}
