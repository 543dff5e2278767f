package dev.postern.sidecar.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretBytes;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.local.LocalAdministration;
import dev.postern.store.local.LocalConfig;
import dev.postern.store.local.LocalStoreFactory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateStoreTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");

  @TempDir private Path directory;
  private final AtomicInteger tries = new AtomicInteger();
  private volatile boolean away = true;

  private SecretStore local() {
    tries.incrementAndGet();
    if (away) {
      throw new StoreException.Unavailable("the volume is not mounted", null);
    }
    LocalConfig config =
        new LocalConfig("box", directory.resolve("store.age"), directory.resolve("identity.txt"));
    LocalStoreFactory.init(config);
    try (LocalAdministration administration = LocalAdministration.open(config);
        SecretBytes value = SecretBytes.ofUtf8("value-1")) {
      administration.put(PATH, "api_key", value);
    }
    return LocalStoreFactory.open(config);
  }

  @Test
  void storeThatIsAwayAtTheStartIsOpenedByALaterCall() {
    try (SecretStore late = LateStore.open("box", this::local)) {
      assertThat(late.name()).isEqualTo("box");
      assertThatThrownBy(() -> late.head(PATH))
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessage("the volume is not mounted");
      // A rotation that is asked for hears that it is away, not that it cannot be written.
      assertThat(late.capabilities().writable()).isTrue();

      away = false;

      assertThat(late.head(PATH).current()).isEqualTo(new Version("1"));
      late.check();
      assertThat(tries).hasValue(3);
    }
  }

  @Test
  void storeThatIsThereIsOpenedOnceAndUsedAsItIs() {
    away = false;
    try (SecretStore store = LateStore.open("box", this::local)) {
      assertThat(store).isNotInstanceOf(LateStore.class);
      assertThat(tries).hasValue(1);
    }
  }

  @Test
  void whatOnlyAPersonCanMendIsRefusedAtOnce() {
    assertThatThrownBy(
            () ->
                LateStore.open(
                    "box",
                    () -> {
                      throw new StoreException.NotFound("no such file");
                    }))
        .isInstanceOf(StoreException.NotFound.class);
  }

  @Test
  void closedStoreIsNotOpenedAnyMore() {
    SecretStore late = LateStore.open("box", this::local);
    late.close();
    away = false;

    assertThatThrownBy(() -> late.head(PATH)).isInstanceOf(IllegalStateException.class);
    assertThat(tries).hasValue(1);
  }
}
