package dev.postern.store.local;

import static dev.postern.store.local.LocalStoreScene.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to the file: a clear refusal, no value shown, nothing written. */
final class LocalStoreDamageTest {
  private static final String HEAD =
      "{\"format\":\"postern-local-store\",\"version\":1,\"secrets\":";

  @TempDir private Path directory;

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    LocalStoreScene scene = withSecret();
    byte[] good = Files.readAllBytes(scene.file());
    Random random = new Random(20261121);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      assertRefused(scene, bad);
    }
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    LocalStoreScene scene = withSecret();
    byte[] good = Files.readAllBytes(scene.file());
    for (int length = 0; length < good.length; length += length < 250 ? 7 : 31) {
      assertRefused(scene, Arrays.copyOf(good, length));
    }
    assertRefused(scene, Arrays.copyOf(good, good.length - 1));
    assertRefused(scene, Arrays.copyOf(good, good.length + 1));
  }

  @Test
  void truncationBetweenTwoChunksIsNoticed() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("certificate", "x".repeat(100_000));
    byte[] good = Files.readAllBytes(scene.file());
    int chunk = 64 * 1024 + 16;
    for (int header = 160; header < 260; header++) {
      assertRefused(scene, Arrays.copyOf(good, header + chunk));
    }
  }

  @Test
  void damagedFileSaysThatNothingWasChangedAndToRestoreIt() throws IOException {
    LocalStoreScene scene = withSecret();
    byte[] good = Files.readAllBytes(scene.file());
    Files.write(scene.file(), Arrays.copyOf(good, good.length - 3));
    assertThatExceptionOfType(StoreException.Malformed.class)
        .isThrownBy(scene::open)
        .withMessageContaining("truncated or damaged")
        .withMessageContaining("not changed")
        .withMessageContaining("backup");
  }

  @Test
  void anotherIdentityIsDenied() throws IOException {
    LocalStoreScene scene = withSecret();
    Files.delete(scene.identity());
    AgeIdentity.create(scene.identity(), Instant.EPOCH);
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(scene::open)
        .withMessageContaining("cannot decrypt");
  }

  @Test
  void fileOfANewerPosternIsRefusedAndLeftAlone() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    String newer =
        "{\"format\":\"postern-local-store\",\"version\":2,\"vaults\":[\"" + SECRET + "\"]}";
    byte[] written = writePlain(scene, newer);
    assertThatExceptionOfType(StoreException.Malformed.class)
        .isThrownBy(() -> scene.put("api_key", SECRET))
        .withMessageContaining("format version is 2")
        .withMessageContaining("newer Postern");
    assertThat(Files.readAllBytes(scene.file())).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "canary-8d20-of-the-local-store",
        "[]",
        "{}",
        "{\"format\":\"other\",\"version\":1}",
        "{\"version\":4294967297,\"secrets\":{}}",
        "{\"secrets\":{},\"version\":1}",
        HEAD + "{}} trailing",
        HEAD + "{},\"canary-8d20-of-the-local-store\":1}",
        HEAD + "{\" \":{}}}",
        HEAD + "{\"a\":{\"last_version\":1}}}",
        HEAD + "{\"a\":{\"last_version\":1,\"current\":{\"version\":1}}}}",
        HEAD
            + "{\"a\":{\"last_version\":1,\"current\":{\"version\":2,\"created_at\":\"2026-11-21T19:00:00Z\",\"fields\":{}}}}}",
        HEAD
            + "{\"a\":{\"last_version\":1,\"current\":{\"version\":1,\"created_at\":\"canary-8d20-of-the-local-store\",\"fields\":{}}}}}",
        HEAD
            + "{\"a\":{\"last_version\":1,\"current\":{\"version\":1,\"created_at\":\"2026-11-21T19:00:00Z\",\"fields\":{\"k\":\"canary-8d20-of-the-local-store\"}}}}}",
        HEAD
            + "{\"a\":{\"last_version\":1,\"current\":{\"version\":1,\"created_at\":\"2026-11-21T19:00:00Z\",\"fields\":{\"k\":\"Zm9v",
        HEAD
            + "{\"a\":{\"last_version\":1,\"current\":{\"version\":1,\"created_at\":\"2026-11-21T19:00:00Z\",\"fields\":{\"k\":\"Zm9v\",\"k\":\"Zm9v\"}}}}}",
      })
  void contentThatPosternDoesNotWriteIsMalformedAndNotShown(String plain) throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    byte[] written = writePlain(scene, plain);
    assertRefused(scene, written);
    assertThatExceptionOfType(StoreException.Malformed.class).isThrownBy(scene::open);
  }

  private LocalStoreScene withSecret() {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", SECRET);
    return scene;
  }

  private static byte[] writePlain(LocalStoreScene scene, String plain) throws IOException {
    try (AgeIdentity identity = AgeIdentity.read(scene.config)) {
      byte[] encrypted =
          new AgeCipher(identity).encrypt(ByteBuffer.wrap(plain.getBytes(StandardCharsets.UTF_8)));
      Files.write(scene.file(), encrypted);
      return encrypted;
    }
  }

  private static void assertRefused(LocalStoreScene scene, byte[] bad) throws IOException {
    Files.write(scene.file(), bad);
    Throwable refusal = catchThrowable(scene::open);
    assertThat(refusal).isInstanceOf(StoreException.class);
    StringWriter text = new StringWriter();
    refusal.printStackTrace(new PrintWriter(text, true));
    assertThat(text.toString()).doesNotContain(SECRET);
    assertThat(Files.readAllBytes(scene.file())).isEqualTo(bad);
  }
}
