package dev.postern.sidecar.config;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.store.SecretPath;
import dev.postern.store.SourceStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A secret that local programs use.
 *
 * @param issuer empty for a secret that is served and never rotated
 * @param rotation what holds when it is rotated; the defaults where the config says nothing
 * @param files where else it is kept, for programs that read files
 */
public record SecretConfig(
    SecretName name,
    SecretKind kind,
    Source source,
    Optional<String> issuer,
    Optional<String> domain,
    Duration refresh,
    Duration maxStale,
    RotationConfig rotation,
    ConsumersConfig consumers,
    List<FileConfig> files) {

  public SecretConfig {
    files = List.copyOf(files);
  }

  /**
   * In which store, by its name in the config, and where in it.
   *
   * @param field how the store calls the kind's secret field, where it calls it otherwise
   */
  public record Source(String store, SecretPath path, Optional<String> field) {
    boolean sameSecret(Source other) {
      return store.equals(other.store) && path.equals(other.path);
    }
  }

  /** Present when the store calls the kind's secret field otherwise. */
  public Optional<SourceStore.Renamed> renamed() {
    return source
        .field()
        .map(stored -> new SourceStore.Renamed(source.path(), kind.fields().getLast(), stored));
  }

  /**
   * What is not secret but needed to send: {@code domain}, {@code region}, {@code api_base}, {@code
   * smtp_host}, {@code smtp_port}; those that are known.
   */
  public SortedMap<String, String> attributes(Map<String, IssuerConfig> issuers) {
    return attributes(domain, issuer.map(issuers::get));
  }

  static SortedMap<String, String> attributes(
      Optional<String> domain, Optional<IssuerConfig> issuer) {
    SortedMap<String, String> attributes = new TreeMap<>();
    domain.ifPresent(value -> attributes.put("domain", value));
    issuer.ifPresent(used -> attributes.putAll(used.attributes()));
    return attributes;
  }
}
