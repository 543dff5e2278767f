package dev.postern.store.local;

import dev.postern.store.SecretPath;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the file holds, decrypted: secrets by path. Owns them; confined to whoever holds it. */
final class LocalDocument implements AutoCloseable {
  private final SortedMap<String, LocalSecret> secrets = new TreeMap<>();

  Optional<LocalSecret> find(SecretPath path) {
    return Optional.ofNullable(secrets.get(path.value()));
  }

  void add(SecretPath path, LocalSecret secret) {
    secrets.put(path.value(), secret);
  }

  /** In alphabetical order of their paths. */
  Map<String, LocalSecret> secrets() {
    return Collections.unmodifiableMap(secrets);
  }

  @Override
  public void close() {
    secrets.values().forEach(LocalSecret::close);
  }
}
