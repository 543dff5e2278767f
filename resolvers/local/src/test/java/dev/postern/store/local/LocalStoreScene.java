package dev.postern.store.local;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import java.nio.file.Path;
import java.util.Map;

/** A fresh store in a test's directory, and short words for what tests do to it. */
final class LocalStoreScene {
  static final String SECRET = "canary-8d20-of-the-local-store";
  static final SecretPath PATH = new SecretPath("mail/sending");

  final LocalConfig config;

  private LocalStoreScene(LocalConfig config) {
    this.config = config;
  }

  static LocalStoreScene in(Path directory) {
    LocalStoreScene scene = at(directory);
    LocalStoreFactory.init(scene.config);
    return scene;
  }

  /** Without making anything. */
  static LocalStoreScene at(Path directory) {
    return new LocalStoreScene(
        new LocalConfig(
            "local", directory.resolve("store.age"), directory.resolve("identity.txt")));
  }

  Path file() {
    return config.file();
  }

  Path identity() {
    return config.identity();
  }

  SecretStore open() {
    return LocalStoreFactory.open(config);
  }

  Version put(String field, String value) {
    try (LocalAdministration administration = LocalAdministration.open(config);
        SecretBytes bytes = SecretBytes.ofUtf8(value)) {
      return administration.put(PATH, field, bytes);
    }
  }

  String current(String field) {
    try (SecretStore store = open();
        StoredSecret read = store.readCurrent(PATH)) {
      return read.fields().field(field).orElseThrow().exposeUtf8();
    }
  }

  static SecretFields apiKey(String value) {
    return SecretFields.takeOwnershipOf(Map.of("api_key", SecretBytes.ofUtf8(value)));
  }
}
