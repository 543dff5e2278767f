package dev.postern.sidecar.config;

import dev.postern.SecretKind;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code socketmap}: where Postfix looks SMTP logins up. */
final class SocketmapReader {
  private static final String KEY = "socketmap";

  private final Path folder;

  SocketmapReader(Path folder) {
    this.folder = folder;
  }

  /**
   * @param others the other sockets' paths
   */
  Optional<SocketmapConfig> read(
      Section root, Collection<SecretConfig> secrets, List<Path> others) {
    Optional<SocketmapConfig> read = root.section(KEY).flatMap(this::socketmap);
    if (read.isPresent()) {
      if (others.contains(read.get().path())) {
        root.error(KEY, "the sockets must have different paths");
      }
      boolean some =
          secrets.stream()
              .filter(secret -> secret.kind() == SecretKind.MAILGUN_SMTP)
              .anyMatch(secret -> secret.issuer().isPresent() || secret.domain().isPresent());
      if (!some) {
        root.warning(
            KEY,
            "nothing can be looked up here: no secret is a mailgun-smtp with an issuer, which names"
                + " the SMTP host, or with a domain");
      }
    }
    return read;
  }

  private Optional<SocketmapConfig> socketmap(Section section) {
    section.onlyKeys(Set.of("path", "mode", "group"));
    int mode = section.withDefault("mode", Readers::mode, SocketConfig.DEFAULT_MODE);
    Optional<String> group = section.optional("group", ServerReader::group);
    return section
        .required("path", Readers.socketPath(folder))
        .map(path -> new SocketmapConfig(path, mode, group));
  }
}
