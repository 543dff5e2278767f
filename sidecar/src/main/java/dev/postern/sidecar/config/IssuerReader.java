package dev.postern.sidecar.config;

import dev.postern.sidecar.config.IssuerConfig.AdminKey;
import dev.postern.sidecar.config.IssuerConfig.Mailgun;
import dev.postern.sidecar.config.IssuerConfig.Smtp;
import dev.postern.store.SecretPath;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one entry of {@code issuers}. */
final class IssuerReader {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int SUBMISSION_PORT = 587;
  private static final Map<String, Endpoint> REGIONS =
      Map.of(
          "us", endpoint("us", "https://api.mailgun.net", "smtp.mailgun.org"),
          "eu", endpoint("eu", "https://api.eu.mailgun.net", "smtp.eu.mailgun.org"));

  private final Path folder;
  private final Declared<StoreConfig> stores;

  IssuerReader(Path folder, Declared<StoreConfig> stores) {
    this.folder = folder;
    this.stores = stores;
  }

  Optional<IssuerConfig> read(Section section) {
    return section
        .required("type", ValueReader.wordOf(List.of("mailgun")))
        .flatMap(type -> mailgun(section));
  }

  private Optional<IssuerConfig> mailgun(Section section) {
    section.onlyKeys(
        Set.of("type", "region", "base-url", "smtp", "admin-key", "timeout", "key-expiration"));
    Optional<Endpoint> endpoint = endpoint(section);
    Optional<AdminKey> adminKey = section.requiredSection("admin-key").flatMap(this::adminKey);
    Duration timeout = section.withDefault("timeout", Readers.duration("100ms", "60s"), TIMEOUT);
    Optional<Duration> expiration =
        section.optional("key-expiration", Readers.duration("1m", "3650d"));
    return endpoint.flatMap(
        e ->
            adminKey.map(
                key -> new Mailgun(e.region(), e.baseUrl(), e.smtp(), key, timeout, expiration)));
  }

  private Optional<Endpoint> endpoint(Section section) {
    if (section.has("region") && section.has("base-url")) {
      section.error("base-url", "'region' and 'base-url' exclude each other; keep one of them");
    }
    if (section.has("region") && section.has("smtp")) {
      section.errorAtKey("smtp", "'smtp' goes with 'base-url'; the region brings its own");
    }
    Optional<Smtp> smtp = section.section("smtp").flatMap(this::smtp);
    Optional<URI> baseUrl = section.optional("base-url", AddressReaders::baseUrl);
    Optional<String> region = section.optional("region", ValueReader.wordOf(List.of("us", "eu")));
    if (!section.has("region") && !section.has("base-url")) {
      section.errorHere("'region' is missing; write us or eu, or give a 'base-url'");
    }
    return region
        .flatMap(name -> Optional.ofNullable(REGIONS.get(name)))
        .or(() -> baseUrl.map(url -> new Endpoint(Optional.empty(), url, smtp)));
  }

  private Optional<Smtp> smtp(Section section) {
    section.onlyKeys(Set.of("host", "port", "ca"));
    Optional<String> host = section.required("host", AddressReaders::host);
    int port = section.withDefault("port", Readers.integer(1, 65535), SUBMISSION_PORT);
    Optional<Path> ca = section.optional("ca", Readers.file(folder));
    return host.map(name -> new Smtp(name, port, ca));
  }

  private Optional<AdminKey> adminKey(Section section) {
    section.onlyKeys(Set.of("store", "path", "field"));
    Optional<String> store = section.required("store", stores::reference);
    Optional<SecretPath> path = section.required("path", Readers::secretPath);
    String field = section.withDefault("field", AddressReaders::field, "api_key");
    return store.flatMap(s -> path.map(p -> new AdminKey(s, p, field)));
  }

  private static Endpoint endpoint(String region, String baseUrl, String smtpHost) {
    return new Endpoint(
        Optional.of(region),
        URI.create(baseUrl),
        Optional.of(new Smtp(smtpHost, SUBMISSION_PORT, Optional.empty())));
  }

  /** Where the provider is, however the config said it. */
  private record Endpoint(Optional<String> region, URI baseUrl, Optional<Smtp> smtp) {}
}
