package dev.postern.store.local;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One line of {@code postern local list}: everything but the values.
 *
 * @param fields names, in alphabetical order
 * @param createdAt of the current version
 * @param previous newest first
 */
public record LocalEntry(
    SecretPath path,
    List<String> fields,
    Version current,
    Instant createdAt,
    Optional<Version> pending,
    List<Version> previous,
    Optional<CompromiseFlag> flag) {

  static LocalEntry of(String path, LocalSecret secret) {
    return new LocalEntry(
        new SecretPath(path),
        List.copyOf(secret.current().fields().names()),
        secret.current().version(),
        secret.current().createdAt(),
        secret.pending().map(LocalVersion::version),
        secret.previous().stream().map(LocalVersion::version).toList(),
        secret.flag());
  }
}
