package dev.postern.store.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The policies in {@code deploy/policies}, as the server enforces them. */
final class VaultPolicyTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");

  private final FakeVault vault = FakeVault.start();
  private final RotationId rotation = RotationId.random();
  private final SecretFields fresh =
      SecretFields.takeOwnershipOf(Map.of("api_key", SecretBytes.ofUtf8("the-new-key")));

  @BeforeEach
  void put() {
    vault.put(PATH.value(), Map.of("api_key", "the-old-key"));
  }

  @AfterEach
  void close() {
    fresh.close();
    vault.close();
  }

  @Test
  void readerReadsAndLooksAndChecks() {
    try (SecretStore reader = VaultScene.open(vault, VaultScene.policy("reader"))) {
      reader.check();
      reader.readCurrent(PATH).close();
      assertThat(reader.head(PATH).current()).isEqualTo(new Version("1"));
    }
  }

  @Test
  void readerWritesNothingAndSeesNoSuccessor() {
    try (SecretStore reader = VaultScene.open(vault, VaultScene.policy("reader"))) {
      denied(() -> reader.stage(PATH, rotation, fresh));
      denied(() -> reader.readPending(PATH));
      denied(() -> reader.promote(PATH, rotation, fresh, new Version("1")));
      denied(() -> reader.dropPending(PATH, rotation));
      denied(() -> reader.flagCompromised(PATH, new CompromiseFlag("leaked")));
    }
    assertThat(vault.value(PATH.value(), "api_key")).contains("the-old-key");
  }

  @Test
  void rotatorsPolicySufficesForAWholeRotation() {
    try (SecretStore rotator = VaultScene.open(vault, VaultScene.policy("rotator"))) {
      rotator.check();
      rotator.flagCompromised(PATH, new CompromiseFlag("leaked"));
      rotator.stage(PATH, rotation, fresh);
      rotator.dropPending(PATH, rotation);
      rotator.stage(PATH, rotation, fresh);
      rotator.readPending(PATH).orElseThrow().close();
      assertThat(rotator.promote(PATH, rotation, fresh, new Version("1")))
          .isEqualTo(new Version("2"));
      rotator.unflagCompromised(PATH);
      assertThat(rotator.head(PATH).flag()).isEmpty();
    }
  }

  @Test
  void rotatorReachesNothingBesideTheMailSecrets() {
    SecretPath other = new SecretPath("billing/card");
    vault.put(other.value(), Map.of("api_key", "none of its business"));
    try (SecretStore rotator = VaultScene.open(vault, VaultScene.policy("rotator"))) {
      denied(() -> rotator.readCurrent(other));
      denied(() -> rotator.head(other));
      denied(() -> rotator.flagCompromised(other, new CompromiseFlag("leaked")));
    }
  }

  private static void denied(Runnable call) {
    assertThatExceptionOfType(StoreException.Denied.class).isThrownBy(call::run);
  }
}
