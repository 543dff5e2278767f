package dev.postern.sidecar.config;

import dev.postern.sidecar.config.StoreConfig.ConjurAuth;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads an entry of {@code stores} that is of type conjur. */
final class ConjurReader {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  private final Path folder;

  ConjurReader(Path folder) {
    this.folder = folder;
  }

  Optional<StoreConfig> read(Section section) {
    section.onlyKeys(
        Set.of("type", "url", "account", "auth", "ca", "pending-suffix", "flag-suffix", "timeout"));
    Optional<URI> url = section.required("url", ConjurReader::url);
    Optional<String> account = section.required("account", Readers::text);
    Optional<ConjurAuth> auth = section.requiredSection("auth").flatMap(this::auth);
    Optional<Path> ca = section.optional("ca", Readers.file(folder));
    Optional<String> pending = section.optional("pending-suffix", Readers::text);
    Optional<String> flag = section.optional("flag-suffix", Readers::text);
    Duration timeout = section.withDefault("timeout", Readers.duration("100ms", "60s"), TIMEOUT);
    if (pending.isPresent() && pending.equals(flag)) {
      section.error(
          "flag-suffix", "the flag needs another variable than the successor; use another suffix");
    }
    return url.flatMap(
        u ->
            account.flatMap(
                a ->
                    auth.map(
                        how -> new StoreConfig.Conjur(u, a, how, ca, pending, flag, timeout))));
  }

  /** Conjur's client refuses anything else, and a login over http would show the key. */
  private static Reading<URI> url(Value value) {
    return AddressReaders.baseUrl(value)
        .then(
            uri ->
                "https".equals(uri.getScheme())
                    ? Reading.of(uri)
                    : value.expected("a URL that begins with https://"));
  }

  private Optional<ConjurAuth> auth(Section section) {
    return section
        .required("method", ValueReader.wordOf(List.of("api-key", "jwt")))
        .flatMap(method -> method.equals("jwt") ? jwt(section) : apiKey(section));
  }

  private Optional<ConjurAuth> apiKey(Section section) {
    section.onlyKeys(Set.of("method", "login", "api-key-file", "api-key-env"));
    Optional<String> login = section.required("login", Readers::text);
    Optional<Path> file = section.optional("api-key-file", Readers.file(folder));
    Optional<String> variable = section.optional("api-key-env", ConjurReader::variable);
    if (section.has("api-key-file") == section.has("api-key-env")) {
      section.errorHere(
          section.has("api-key-file")
              ? "'api-key-file' and 'api-key-env' exclude each other; keep one of them"
              : "'api-key-file' is missing; name the file with the API key, or its 'api-key-env'");
      return Optional.empty();
    }
    return login.flatMap(
        host ->
            file.<ConjurAuth>map(path -> new ConjurAuth.ApiKeyFile(host, path))
                .or(() -> variable.map(name -> new ConjurAuth.ApiKeyEnv(host, name))));
  }

  private Optional<ConjurAuth> jwt(Section section) {
    section.onlyKeys(Set.of("method", "service-id", "jwt-file"));
    Optional<String> service = section.required("service-id", Readers::text);
    Optional<Path> file = section.required("jwt-file", Readers.file(folder));
    return service.flatMap(id -> file.map(path -> new ConjurAuth.Jwt(id, path)));
  }

  /**
   * Its value is never taken for its name, so that a pasted key is not looked up, and not shown.
   */
  private static Reading<String> variable(Value value) {
    return value.isText() && VARIABLE.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("the name of an environment variable such as CONJUR_API_KEY");
  }
}
