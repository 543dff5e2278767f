package dev.postern.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** One backend, one secret and one open store per test. */
@Timeout(120)
abstract class StoreContractFrame {
  static final String FIELD = "api_key";
  static final String OLD = "first-value-of-the-test";
  static final String NEW = "second-value-of-the-test";

  StoreFixture fixture;
  SecretPath path;
  SecretStore store;

  /** A fresh backend that holds nothing. */
  protected abstract StoreFixture newFixture() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    fixture = newFixture();
    path = fixture.unusedPath();
    seed(path, OLD);
    store = fixture.open();
  }

  @AfterEach
  void closeStore() {
    store.close();
    fixture.close();
  }

  /** What is not claimed must be refused: a test of its own sees to that. */
  final void needsStaging() {
    assumeTrue(store.capabilities().staging(), "the store claims no staging");
  }

  final void needsWriting() {
    assumeTrue(store.capabilities().writable(), "the store claims to be read-only");
  }

  final void needsCompareAndSet() {
    assumeTrue(store.capabilities().compareAndSet(), "the store claims no compare-and-set");
  }

  final void needsFlags() {
    assumeTrue(store.capabilities().flags(), "the store claims no flags");
  }

  final void reopen() {
    store.close();
    store = fixture.open();
  }

  final void seed(SecretPath at, String value) {
    try (SecretFields fields = fields(value)) {
      fixture.seed(at, fields);
    }
  }

  final Version stage(RotationId rotation, String value) {
    try (SecretFields fields = fields(value)) {
      return store.stage(path, rotation, fields);
    }
  }

  final Version promote(RotationId rotation, String value, Version expected) {
    try (SecretFields fields = fields(value)) {
      return store.promote(path, rotation, fields, expected);
    }
  }

  /** Stages where the store can, and promotes. */
  final Version rotate(RotationId rotation, String value) {
    Version expected = currentVersion();
    if (store.capabilities().staging()) {
      stage(rotation, value);
    }
    return promote(rotation, value, expected);
  }

  final Version currentVersion() {
    return store.head(path).current();
  }

  final String currentValue() {
    return value(store.readCurrent(path));
  }

  final String valueOf(Version version) {
    return value(store.readVersion(path, version));
  }

  final void assertServed(Version version, String value) {
    assertThat(currentVersion()).isEqualTo(version);
    try (StoredSecret current = store.readCurrent(path)) {
      assertThat(current.version()).isEqualTo(version);
      assertThat(text(current, FIELD)).isEqualTo(value);
    }
  }

  final void assertPending(RotationId rotation, String value) {
    try (StoredSecret pending = store.readPending(path).orElseThrow()) {
      assertThat(pending.rotation()).contains(rotation);
      assertThat(text(pending, FIELD)).isEqualTo(value);
    }
  }

  static String value(StoredSecret secret) {
    try (secret) {
      return text(secret, FIELD);
    }
  }

  static String text(StoredSecret secret, String field) {
    return secret.fields().field(field).orElseThrow().exposeUtf8();
  }

  static SecretFields fields(String value) {
    return fields(Map.of(FIELD, value));
  }

  static SecretFields fields(Map<String, String> values) {
    Map<String, SecretBytes> fields = new HashMap<>();
    values.forEach((name, value) -> fields.put(name, SecretBytes.ofUtf8(value)));
    return SecretFields.takeOwnershipOf(fields);
  }
}
