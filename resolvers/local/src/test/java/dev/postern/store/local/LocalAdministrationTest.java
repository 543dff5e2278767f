package dev.postern.store.local;

import static dev.postern.store.local.LocalStoreScene.PATH;
import static dev.postern.store.local.LocalStoreScene.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code postern local} does, and the version counter. */
final class LocalAdministrationTest {
  @TempDir private Path directory;
  private LocalStoreScene scene;

  @BeforeEach
  void makeStore() {
    scene = LocalStoreScene.in(directory);
  }

  @Test
  void firstPutCreatesThePath() {
    assertThat(scene.put("api_key", SECRET)).isEqualTo(new Version("1"));
    assertThat(scene.current("api_key")).isEqualTo(SECRET);
  }

  @Test
  void laterPutReplacesOneFieldAndKeepsTheOthers() {
    scene.put("login", "me");
    scene.put("password", "first");
    assertThat(scene.put("password", "second")).isEqualTo(new Version("3"));
    assertThat(scene.current("login")).isEqualTo("me");
    assertThat(scene.current("password")).isEqualTo("second");
  }

  @Test
  void newKeyDropsTheIdOfTheOldKey() {
    scene.put("api_key", "first");
    scene.put("api_key_id", "id-of-first");
    scene.put("domain", "mg.example.com");
    scene.put("api_key", "second");
    assertThat(list().getFirst().fields()).containsExactly("api_key", "domain");
  }

  @Test
  void listShowsNamesVersionsAndFlagsButNoValue() {
    scene.put("api_key", "first");
    scene.put("api_key", SECRET);
    CompromiseFlag flag = new CompromiseFlag("seen");
    try (SecretStore store = scene.open();
        SecretFields fields = LocalStoreScene.apiKey(SECRET + "-next")) {
      store.flagCompromised(PATH, flag);
      store.stage(PATH, RotationId.random(), fields);
    }
    LocalEntry entry = list().getFirst();
    assertThat(entry.path()).isEqualTo(PATH);
    assertThat(entry.current()).isEqualTo(new Version("2"));
    assertThat(entry.pending()).contains(new Version("3"));
    assertThat(entry.previous()).containsExactly(new Version("1"));
    assertThat(entry.flag()).contains(flag);
    assertThat(entry.toString()).doesNotContain(SECRET);
  }

  @Test
  void putDuringARotationKeepsThePendingVersionAndMakesThePromotionConflict() {
    Version before = scene.put("api_key", "first");
    RotationId rotation = RotationId.random();
    try (SecretStore store = scene.open();
        SecretFields fields = LocalStoreScene.apiKey(SECRET)) {
      store.stage(PATH, rotation, fields);
      scene.put("api_key", "put by a person");
      assertThatExceptionOfType(StoreException.Conflict.class)
          .isThrownBy(() -> store.promote(PATH, rotation, fields, before));
      assertThat(list().getFirst().pending()).isPresent();
    }
  }

  @Test
  void numberOfADroppedVersionIsNeverGivenOutAgain() {
    scene.put("api_key", "first");
    RotationId rotation = RotationId.random();
    try (SecretStore store = scene.open();
        SecretFields fields = LocalStoreScene.apiKey(SECRET)) {
      assertThat(store.stage(PATH, rotation, fields)).isEqualTo(new Version("2"));
      store.dropPending(PATH, rotation);
      assertThat(store.stage(PATH, rotation, fields)).isEqualTo(new Version("3"));
      store.dropPending(PATH, rotation);
    }
    assertThat(scene.put("api_key", "again")).isEqualTo(new Version("4"));
  }

  @Test
  void promotingOtherFieldsThanWereStagedIsAConflict() {
    Version before = scene.put("api_key", "first");
    RotationId rotation = RotationId.random();
    try (SecretStore store = scene.open();
        SecretFields staged = LocalStoreScene.apiKey(SECRET);
        SecretFields other = LocalStoreScene.apiKey("never tested")) {
      store.stage(PATH, rotation, staged);
      assertThatExceptionOfType(StoreException.Conflict.class)
          .isThrownBy(() -> store.promote(PATH, rotation, other, before));
      assertThat(store.head(PATH).current()).isEqualTo(before);
    }
  }

  @Test
  void writerThatWaitsTooLongForAnotherIsUnavailableAndReadersDoNotWait() throws Exception {
    scene.put("api_key", "first");
    LocalConfig hasty =
        new LocalConfig("local", scene.file(), scene.identity(), Duration.ofMillis(20));
    try (StoreLock _ = StoreLock.acquire(scene.file().toRealPath(), Duration.ofSeconds(1));
        ExecutorService other = Executors.newSingleThreadExecutor();
        SecretStore store = LocalStoreFactory.open(hasty)) {
      Future<?> write = other.submit(() -> store.flagCompromised(PATH, new CompromiseFlag("seen")));
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(write::get)
          .withCauseInstanceOf(StoreException.Unavailable.class)
          .withMessageContaining("being written by somebody else");
      assertThat(store.head(PATH).flag()).isEmpty();
    }
  }

  @Test
  void illegalFieldNameIsRefused() {
    for (String name : List.of("", "API_KEY", "a b", "_x", "x".repeat(65))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.put(name, SECRET))
          .withMessageNotContaining(SECRET);
    }
  }

  private List<LocalEntry> list() {
    try (LocalAdministration administration = LocalAdministration.open(scene.config)) {
      return administration.list();
    }
  }
}
