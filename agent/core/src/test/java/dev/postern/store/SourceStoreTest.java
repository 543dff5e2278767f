package dev.postern.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.rotation.FakeStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceStoreTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final Version FIRST = new Version("1");

  private final RotationId rotation = RotationId.random();

  @Test
  void aFieldOfAnotherNameIsReadUnderTheKindsName() {
    SourceStore.Renamed names = new SourceStore.Renamed(PATH, "api_key", "MAILGUN_KEY");
    FakeStore store = new FakeStore(Map.of("MAILGUN_KEY", "one", "OTHER", "kept"));
    try (SourceStore source = new SourceStore(store, Set.of(names))) {
      assertThat(values(source.readCurrent(names.alias())))
          .isEqualTo(Map.of("api_key", "one", "OTHER", "kept"));
      assertThat(values(source.readCurrent(PATH)))
          .isEqualTo(Map.of("MAILGUN_KEY", "one", "OTHER", "kept"));
    }
  }

  @Test
  void aSuccessorIsWrittenUnderTheStoresName() {
    SourceStore.Renamed names = new SourceStore.Renamed(PATH, "api_key", "MAILGUN_KEY");
    FakeStore store = new FakeStore(Map.of("MAILGUN_KEY", "one"));
    try (SourceStore source = new SourceStore(store, Set.of(names));
        SecretFields successor = fields(Map.of("api_key", "two", "api_key_id", "id-2"))) {
      source.stage(names.alias(), rotation, successor);
      assertThat(values(source.readPending(names.alias()).orElseThrow()))
          .isEqualTo(Map.of("api_key", "two", "api_key_id", "id-2"));
      source.promote(names.alias(), rotation, successor, FIRST);
    }
    assertThat(store.current.fields())
        .isEqualTo(Map.of("MAILGUN_KEY", "two", "api_key_id", "id-2"));
  }

  @Test
  void aPlainTextStaysOne() {
    SourceStore.Renamed names = new SourceStore.Renamed(PATH, "api_key", SourceStore.NAMELESS);
    FakeStore store = new FakeStore(Map.of("value", "one"));
    try (SourceStore source = new SourceStore(store, Set.of(names));
        SecretFields successor = fields(Map.of("api_key", "two", "api_key_id", "id-2"))) {
      assertThat(values(source.readCurrent(names.alias()))).isEqualTo(Map.of("api_key", "one"));
      source.stage(names.alias(), rotation, successor);
      source.promote(names.alias(), rotation, successor, FIRST);
    }
    assertThat(store.current.fields()).isEqualTo(Map.of("value", "two"));
  }

  @Test
  void looksAreAnsweredUnderTheNameThatWasAsked() {
    SourceStore.Renamed names = new SourceStore.Renamed(PATH, "api_key", "MAILGUN_KEY");
    FakeStore store = new FakeStore(Map.of("MAILGUN_KEY", "one"));
    try (SourceStore source = new SourceStore(store, Set.of(names))) {
      Look seen = new Look.Seen(store.head(PATH));
      assertThat(source.look(Set.of(names.alias(), PATH)))
          .isEqualTo(Map.of(names.alias(), seen, PATH, seen));
    }
  }

  private static SecretFields fields(Map<String, String> values) {
    Map<String, SecretBytes> fields = new HashMap<>();
    values.forEach((name, value) -> fields.put(name, SecretBytes.ofUtf8(value)));
    return SecretFields.takeOwnershipOf(fields);
  }

  private static Map<String, String> values(StoredSecret stored) {
    try (stored) {
      Map<String, String> values = new HashMap<>();
      for (String name : stored.fields().names()) {
        values.put(name, stored.fields().field(name).orElseThrow().exposeUtf8());
      }
      return values;
    }
  }
}
