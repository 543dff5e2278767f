package dev.postern.store.conjur;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import dev.postern.store.conjur.fake.FakeConjur;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One secret in the strict server, and one store open as the rotator's host. */
abstract class ConjurScene {
  static final SecretPath PATH = new SecretPath("mail/sending");
  static final String PENDING = PATH + "/pending";
  static final String FLAG = PATH + "/compromised";
  static final String OLD = "first value of the test";
  static final String NEW = "second value of the test";

  @TempDir Path directory;
  ConjurFixture fixture;
  FakeConjur server;
  SecretStore store;

  @BeforeEach
  final void open() {
    fixture = new ConjurFixture(directory, ConjurFixture.SIBLINGS, newServer());
    server = fixture.server;
    fixture.seed(PATH, OLD);
    store = fixture.open();
  }

  @AfterEach
  final void close() {
    store.close();
    fixture.close();
  }

  FakeConjur newServer() {
    return FakeConjur.create();
  }

  final SecretStore openAs(String login) {
    return ConjurStoreFactory.open(fixture.config(login));
  }

  final SecretStore openWithin(Duration timeout) {
    ConjurConfig config = fixture.config();
    return ConjurStoreFactory.open(
        new ConjurConfig(
            config.name(),
            config.url(),
            config.account(),
            config.login(),
            config.ca(),
            config.siblings(),
            timeout));
  }

  final String current() {
    try (StoredSecret read = store.readCurrent(PATH)) {
      return read.fields().field("value").orElseThrow().exposeUtf8();
    }
  }

  static SecretFields value(String text) {
    return SecretFields.takeOwnershipOf(Map.of("value", SecretBytes.ofUtf8(text)));
  }
}
