package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SecretBytesTest {
  private static final byte[] PLAIN = "key-1234".getBytes(StandardCharsets.UTF_8);

  @Test
  void bytesComeBackInEveryForm() {
    try (SecretBytes secret = SecretBytes.copyOf(PLAIN)) {
      ByteBuffer target = ByteBuffer.allocate(20).put((byte) 1);
      secret.exposeTo(target);

      assertThat(secret.length()).isEqualTo(8);
      assertThat(secret.exposeCopy()).isEqualTo(PLAIN);
      assertThat(secret.exposeUtf8()).isEqualTo("key-1234");
      assertThat(target.position()).isEqualTo(9);
      assertThat(secret.exposeCopy()).as("again").isEqualTo(PLAIN);
    }
  }

  @Test
  void copyLeavesItsSourceAloneAndDoesNotFollowIt() {
    ByteBuffer buffer = ByteBuffer.wrap(PLAIN.clone()).position(4);
    byte[] array = PLAIN.clone();
    try (SecretBytes fromBuffer = SecretBytes.copyOf(buffer);
        SecretBytes fromArray = SecretBytes.copyOf(array)) {
      array[0] = 'X';

      assertThat(buffer.position()).isEqualTo(4);
      assertThat(fromBuffer.exposeUtf8()).isEqualTo("1234");
      assertThat(fromArray.exposeUtf8()).isEqualTo("key-1234");
      assertThat(array).isNotEqualTo(PLAIN);
    }
  }

  @Test
  void arrayWhoseOwnershipIsTakenIsWiped() {
    byte[] array = PLAIN.clone();
    try (SecretBytes secret = SecretBytes.takeOwnershipOf(array)) {
      assertThat(array).containsOnly(0);
      assertThat(secret.exposeUtf8()).isEqualTo("key-1234");
    }
  }

  @Test
  void copyHandedOutIsTheCallersOwn() {
    try (SecretBytes secret = SecretBytes.copyOf(PLAIN)) {
      secret.exposeCopy()[0] = 0;
      assertThat(secret.exposeCopy()).isEqualTo(PLAIN);
    }
  }

  @Test
  void closedValueIsGoneForEveryUse() {
    SecretBytes secret = SecretBytes.copyOf(PLAIN);
    secret.close();
    secret.close();

    for (Runnable use :
        List.<Runnable>of(
            secret::exposeCopy,
            secret::exposeUtf8,
            () -> secret.exposeTo(ByteBuffer.allocate(20)))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the secret value was already wiped");
    }
    assertThat(secret.toString()).isEqualTo("SecretBytes[8 bytes]");
  }

  @Test
  void blockOfMemoryIsZeroAfterItWasGivenBack() {
    ProcessSecretMemory.DirectMemory memory = new ProcessSecretMemory.DirectMemory();
    SecretMemory.Block block = memory.allocate(8);
    ByteBuffer view = block.buffer();
    view.put(PLAIN);
    block.close();

    byte[] left = new byte[8];
    view.flip().get(left);
    assertThat(left).containsOnly(0);
    assertThatThrownBy(block::buffer).isInstanceOf(IllegalStateException.class);
    assertThat(memory.locked()).isFalse();
  }

  @Test
  void sameContentsAreTheSameAndOthersAreNot() {
    try (SecretBytes secret = SecretBytes.copyOf(PLAIN);
        SecretBytes twin = SecretBytes.ofUtf8("key-1234");
        SecretBytes longer = SecretBytes.ofUtf8("key-12345");
        SecretBytes other = SecretBytes.ofUtf8("key-1235");
        SecretBytes empty = SecretBytes.ofUtf8("")) {
      assertThat(secret.sameAs(twin)).isTrue();
      assertThat(secret.sameAs(longer)).isFalse();
      assertThat(secret.sameAs(other)).isFalse();
      assertThat(secret.sameAs(empty)).isFalse();
      assertThat(empty.sameAs(SecretBytes.copyOf(new byte[0]))).isTrue();
      assertThat(empty.exposeUtf8()).isEmpty();
    }
  }

  @Test
  void bytesThatAreNoTextAreRefusedWithoutShowingThem() {
    byte[] binary = {'k', 'e', 'y', (byte) 0xff, (byte) 0xfe};
    try (SecretBytes secret = SecretBytes.copyOf(binary)) {
      assertThatThrownBy(secret::exposeUtf8)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the secret value is not valid UTF-8 text")
          .hasNoCause();
      assertThat(secret.exposeCopy()).isEqualTo(binary);
    }
  }

  @Test
  void textOfAnyScriptSurvives() {
    try (SecretBytes secret = SecretBytes.ofUtf8("pässwörd😀\u0000")) {
      assertThat(secret.exposeUtf8()).isEqualTo("pässwörd😀\u0000");
    }
  }
}
