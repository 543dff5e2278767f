package dev.postern.sidecar.config;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.sidecar.config.SecretConfig.Source;
import dev.postern.store.SecretPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code secrets}. */
final class SecretReader {
  private static final Set<String> KEYS =
      Set.of(
          "kind",
          "source",
          "issuer",
          "domain",
          "refresh",
          "max-stale",
          "rotation",
          "consumers",
          "files");
  private static final Duration REFRESH = Duration.ofSeconds(60);
  private static final Duration MAX_STALE = Duration.ofHours(1);
  private static final List<String> KINDS =
      Arrays.stream(SecretKind.values()).map(SecretKind::wireName).toList();

  private final Declared<StoreConfig> stores;
  private final Declared<IssuerConfig> issuers;

  private final FilesReader files;

  SecretReader(Declared<StoreConfig> stores, Declared<IssuerConfig> issuers, Path folder) {
    this.stores = stores;
    this.issuers = issuers;
    this.files = new FilesReader(folder);
  }

  Map<SecretName, SecretConfig> readAll(Section root) {
    Map<SecretName, SecretConfig> secrets = new LinkedHashMap<>();
    Optional<Section> section = root.requiredSection("secrets");
    if (section.isEmpty()) {
      return secrets;
    }
    SecretChecks checks = new SecretChecks(stores, issuers);
    for (String name : section.get().keys()) {
      boolean legal = Declared.checkName("secret", section.get(), name);
      Optional<Section> entry = section.get().section(name);
      entry
          .flatMap(s -> read(legal ? name : "x", s))
          .filter(secret -> legal)
          .ifPresent(
              secret -> {
                secrets.put(secret.name(), secret);
                checks.check(secret, entry.orElseThrow());
              });
    }
    if (section.get().keys().isEmpty()) {
      section.get().errorHere("no secret is named here");
    }
    return secrets;
  }

  private Optional<SecretConfig> read(String name, Section section) {
    section.onlyKeys(KEYS);
    Optional<SecretKind> kind = section.required("kind", SecretReader::kind);
    Optional<Source> source = section.requiredSection("source").flatMap(this::source);
    Optional<String> issuer = section.optional("issuer", issuers::reference);
    Optional<String> domain = section.optional("domain", AddressReaders::domain);
    Duration refresh = section.withDefault("refresh", Readers.duration("100ms", "1d"), REFRESH);
    Duration maxStale = section.withDefault("max-stale", Readers.duration("1s", "30d"), MAX_STALE);
    RotationConfig rotation =
        kind.map(k -> new RotationReader(k, domain).read(section)).orElse(RotationConfig.DEFAULT);
    ConsumersConfig consumers = ConsumersReader.read(section);
    Set<String> attributes = SecretConfig.attributes(domain, issuer.flatMap(issuers::get)).keySet();
    List<FileConfig> kept = kind.map(k -> files.read(section, k, attributes)).orElse(List.of());
    return kind.flatMap(
        k ->
            source.map(
                s ->
                    new SecretConfig(
                        new SecretName(name),
                        k,
                        s,
                        issuer,
                        domain,
                        refresh,
                        maxStale,
                        rotation,
                        consumers,
                        kept)));
  }

  private Optional<Source> source(Section section) {
    section.onlyKeys(Set.of("store", "path", "field"));
    Optional<String> store = section.required("store", stores::reference);
    Optional<SecretPath> path = section.required("path", Readers::secretPath);
    Optional<String> field = section.optional("field", AddressReaders::field);
    return store.flatMap(s -> path.map(p -> new Source(s, p, field)));
  }

  private static Reading<SecretKind> kind(Value value) {
    return SecretKind.ofWireName(value.text())
        .map(Reading::of)
        .orElseGet(
            () ->
                Reading.refused(
                    "expected a kind, found "
                        + value.shown()
                        + NearestWord.to(value.text(), KINDS)
                            .map(near -> "; did you mean '" + near + "'?")
                            .orElse("; known: " + String.join(", ", KINDS))));
  }
}
