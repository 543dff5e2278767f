package dev.postern.store.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Versions and flags where the metadata are closed to the agent, or guarded by OpenBao. */
final class KvHeadsTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final CompromiseFlag FLAG = new CompromiseFlag("leaked");
  private static final String METADATA = "GET /v1/secret/metadata/mail/sending";

  private static final FakePolicy DATA_ONLY =
      FakePolicy.of(
          """
          path "secret/data/mail/*" { capabilities = ["read"] }
          path "auth/token/lookup-self" { capabilities = ["read"] }
          """);

  private final FakeVault vault = FakeVault.start();

  @BeforeEach
  void put() {
    vault.put(PATH.value(), Map.of("api_key", "the-key"));
  }

  @AfterEach
  void close() {
    vault.close();
  }

  @Test
  void versionAndFlagAreReadFromTheDataWhereThePolicyRefusesTheMetadata() {
    vault.kv().annotate(PATH.value(), KvHeads.FLAG, FLAG.mark());
    try (SecretStore store = VaultScene.open(vault, DATA_ONLY)) {
      assertThat(store.head(PATH)).isEqualTo(new SecretHead(new Version("1"), Optional.of(FLAG)));
      vault.put(PATH.value(), Map.of("api_key", "the-next-key"));
      assertThat(store.head(PATH).current()).isEqualTo(new Version("2"));
      assertThat(vault.requests().stream().filter(METADATA::equals))
          .as("refused once, not asked at each look")
          .hasSize(1);
      store.readCurrent(PATH).close();
    }
  }

  @Test
  void oldServerWithoutAnyWordOfFlagsInTheDataIsServedFromAllTheSame() {
    vault.kv().annotate(PATH.value(), KvHeads.FLAG, FLAG.mark());
    vault.kv().hidesCustomInData();
    try (SecretStore store = VaultScene.open(vault, DATA_ONLY)) {
      assertThat(store.head(PATH)).isEqualTo(new SecretHead(new Version("1"), Optional.empty()));
    }
  }

  @Test
  void deletedAndMissingSecretsAreToldFromTheDataToo() {
    vault.kv().delete(PATH.value());
    try (SecretStore store = VaultScene.open(vault, DATA_ONLY)) {
      assertThatExceptionOfType(StoreException.NotFound.class)
          .isThrownBy(() -> store.head(PATH))
          .withMessageContaining("was deleted");
      assertThatExceptionOfType(StoreException.NotFound.class)
          .isThrownBy(() -> store.head(new SecretPath("mail/nothing")))
          .withMessageContaining("nothing there");
    }
  }

  @Test
  void whoMayReadNeitherIsDenied() {
    FakePolicy nothing = FakePolicy.of("path \"billing/*\" { capabilities = [\"read\"] }");
    try (SecretStore store = VaultScene.open(vault, nothing)) {
      assertThatExceptionOfType(StoreException.Denied.class).isThrownBy(() -> store.head(PATH));
    }
  }

  @Test
  void flagIsSetAndClearedWhereOpenBaoDemandsTheNumberOfTheLastChange() {
    vault.kv().demandsMetadataCas();
    try (SecretStore store = VaultScene.open(vault, VaultScene.policy("rotator"))) {
      store.flagCompromised(PATH, FLAG);
      assertThat(store.head(PATH).flag()).contains(FLAG);
      store.unflagCompromised(PATH);
      assertThat(store.head(PATH).flag()).isEmpty();
    }
  }

  @Test
  void flagThatMeetsSomebodyElsesChangeIsSetAfterIt() {
    vault.kv().demandsMetadataCas();
    AtomicInteger looks = new AtomicInteger();
    vault.beforeAnswers(
        request -> {
          if (request.equals(METADATA) && looks.incrementAndGet() == 1) {
            vault.kv().annotate(PATH.value(), "owner", "payments");
          }
        });
    try (SecretStore store = VaultScene.open(vault, VaultScene.policy("rotator"))) {
      store.flagCompromised(PATH, FLAG);
    }
    assertThat(vault.annotation(PATH.value(), KvHeads.FLAG)).contains(FLAG.mark());
    assertThat(vault.annotation(PATH.value(), "owner")).contains("payments");
  }

  @Test
  void flagThatMeetsSomebodyElsesChangeEachTimeIsAConflict() {
    vault.kv().demandsMetadataCas();
    AtomicInteger looks = new AtomicInteger();
    vault.beforeAnswers(
        request -> {
          if (request.equals(METADATA)) {
            vault.kv().annotate(PATH.value(), "owner", "team-" + looks.incrementAndGet());
          }
        });
    try (SecretStore store = VaultScene.open(vault, VaultScene.policy("rotator"))) {
      assertThatExceptionOfType(StoreException.Conflict.class)
          .isThrownBy(() -> store.flagCompromised(PATH, FLAG))
          .withMessageContaining("repeat it");
    }
    assertThat(vault.annotation(PATH.value(), KvHeads.FLAG)).isEmpty();
  }
}
