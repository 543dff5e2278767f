package dev.postern.sidecar.config;

import dev.postern.store.vault.VaultAuth;
import dev.postern.store.vault.VaultConfig.ClientCertificate;
import dev.postern.store.vault.VaultConfig.Engine;
import dev.postern.store.vault.VaultConfig.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads an entry of {@code stores} whose type is vault. */
final class VaultStoreReader {
  private static final Set<String> KEYS =
      Set.of(
          "type",
          "address",
          "insecure",
          "mount",
          "kv-version",
          "namespace",
          "auth",
          "ca",
          "client-certificate",
          "pending-suffix",
          "timeout");
  private static final List<String> METHODS = List.of("token", "approle", "kubernetes", "jwt");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Names of mounts, namespaces and roles: what needs no escaping anywhere. */
  private static final Pattern SEGMENTS =
      Pattern.compile("(?!.*(?:^|/)\\.{1,2}(?:/|$))[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*");

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  private final Path folder;

  VaultStoreReader(Path folder) {
    this.folder = folder;
  }

  Optional<StoreConfig> read(Section section) {
    section.onlyKeys(KEYS);
    boolean insecure = section.withDefault("insecure", VaultStoreReader::flag, false);
    Optional<URI> address = section.required("address", AddressReaders.url(insecure));
    Optional<String> namespace = section.optional("namespace", VaultStoreReader::segments);
    Optional<Engine> engine = engine(section);
    Optional<VaultAuth> auth = section.requiredSection("auth").flatMap(this::auth);
    Optional<Tls> tls = tls(section, address);
    Duration timeout = section.withDefault("timeout", Readers.duration("100ms", "60s"), TIMEOUT);
    return address.flatMap(
        a ->
            engine.flatMap(
                e ->
                    auth.flatMap(
                        w -> tls.map(t -> new StoreConfig.Vault(a, namespace, e, w, t, timeout)))));
  }

  private static Optional<Engine> engine(Section section) {
    Optional<String> mount =
        section.has("mount")
            ? section.optional("mount", VaultStoreReader::segments)
            : Optional.of("secret");
    int version = section.withDefault("kv-version", Readers.integer(1, 2), 2);
    Optional<String> suffix =
        section.has("pending-suffix")
            ? section.optional("pending-suffix", VaultStoreReader::segment)
            : Optional.of("pending");
    return mount.flatMap(m -> suffix.map(s -> new Engine(m, version, s)));
  }

  private Optional<Tls> tls(Section section, Optional<URI> address) {
    boolean plain = address.filter(url -> "http".equals(url.getScheme())).isPresent();
    for (String key : List.of("ca", "client-certificate")) {
      if (plain && section.has(key)) {
        section.errorAtKey(key, "'" + key + "' needs an https address");
      }
    }
    Optional<Path> ca = section.optional("ca", Readers.file(folder));
    Optional<ClientCertificate> client =
        section.section("client-certificate").flatMap(this::clientCertificate);
    boolean complete =
        section.has("ca") == ca.isPresent()
            && section.has("client-certificate") == client.isPresent();
    return complete ? Optional.of(new Tls(ca, client)) : Optional.empty();
  }

  private Optional<ClientCertificate> clientCertificate(Section section) {
    section.onlyKeys(Set.of("certificate", "key"));
    Optional<Path> certificate = section.required("certificate", Readers.file(folder));
    Optional<Path> key = section.required("key", Readers.file(folder));
    return certificate.flatMap(c -> key.map(k -> new ClientCertificate(c, k)));
  }

  private Optional<VaultAuth> auth(Section section) {
    return section
        .required("method", ValueReader.wordOf(METHODS))
        .flatMap(
            method ->
                switch (method) {
                  case "token" -> token(section);
                  case "approle" -> appRole(section);
                  case "kubernetes" -> kubernetes(section);
                  default -> jwt(section);
                });
  }

  private Optional<VaultAuth> token(Section section) {
    section.onlyKeys(Set.of("method", "file", "variable"));
    if (section.has("file") == section.has("variable")) {
      section.errorHere("say where the token is: 'file' or 'variable', one of them");
      return Optional.empty();
    }
    return section
        .optional("file", Readers.file(folder))
        .<VaultAuth>map(VaultAuth.Token.InFile::new)
        .or(
            () ->
                section
                    .optional("variable", VaultStoreReader::variable)
                    .map(VaultAuth.Token.InVariable::new));
  }

  private Optional<VaultAuth> appRole(Section section) {
    section.onlyKeys(
        Set.of("method", "mount", "role-id", "role-id-file", "secret-id-file", "wrapped"));
    String mount = section.withDefault("mount", VaultStoreReader::segments, "approle");
    if (section.has("role-id") == section.has("role-id-file")) {
      section.errorHere("say which role: 'role-id' or 'role-id-file', one of them");
    }
    Optional<VaultAuth.RoleId> roleId =
        section
            .optional("role-id", Readers::text)
            .<VaultAuth.RoleId>map(VaultAuth.RoleId.Named::new)
            .or(
                () ->
                    section
                        .optional("role-id-file", Readers.file(folder))
                        .map(VaultAuth.RoleId.InFile::new));
    Optional<Path> secretId = section.required("secret-id-file", Readers.file(folder));
    boolean wrapped = section.withDefault("wrapped", VaultStoreReader::flag, false);
    return roleId.flatMap(id -> secretId.map(s -> new VaultAuth.AppRole(mount, id, s, wrapped)));
  }

  private Optional<VaultAuth> kubernetes(Section section) {
    Optional<String> role = signedTokenRole(section, true);
    Path file =
        section.withDefault("token-file", Readers.file(folder), VaultAuth.SignedToken.OF_THE_POD);
    return role.map(
        r -> new VaultAuth.SignedToken(mount(section, "kubernetes"), Optional.of(r), file));
  }

  private Optional<VaultAuth> jwt(Section section) {
    Optional<String> role = signedTokenRole(section, false);
    Optional<Path> file = section.required("token-file", Readers.file(folder));
    return file.map(f -> new VaultAuth.SignedToken(mount(section, "jwt"), role, f));
  }

  private static Optional<String> signedTokenRole(Section section, boolean required) {
    section.onlyKeys(Set.of("method", "mount", "role", "token-file"));
    return required
        ? section.required("role", VaultStoreReader::segments)
        : section.optional("role", VaultStoreReader::segments);
  }

  private static String mount(Section section, String fallback) {
    return section.withDefault("mount", VaultStoreReader::segments, fallback);
  }

  private static Reading<String> segments(Value value) {
    return value.isText() && SEGMENTS.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("a name of letters, digits, '_', '.', '-', without '/' at either end");
  }

  private static Reading<String> segment(Value value) {
    return segments(value)
        .then(
            name ->
                name.contains("/")
                    ? Reading.refused("expected one segment of a path, without '/'")
                    : Reading.of(name));
  }

  private static Reading<String> variable(Value value) {
    return value.isText() && VARIABLE.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("the name of an environment variable");
  }

  private static Reading<Boolean> flag(Value value) {
    return !value.isText() && Set.of("true", "false").contains(value.text())
        ? Reading.of(value.text().equals("true"))
        : value.expected("true or false");
  }
}
