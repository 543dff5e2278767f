package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one entry of {@code stores}. */
final class StoreReader {
  private static final List<String> TYPES = List.of("local", "env", "aws", "vault", "conjur");

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
                  case "vault" -> new VaultStoreReader(folder).read(section);
                  case "conjur" -> new ConjurReader(folder).read(section);
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
    if (value.isText() && TYPES.contains(value.text())) {
      return Reading.of(value.text());
    }
    return Reading.refused(
        "expected a store type, found "
            + value.shown()
            + NearestWord.to(value.text(), TYPES)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse("; available: " + String.join(", ", TYPES)));
  }
}
