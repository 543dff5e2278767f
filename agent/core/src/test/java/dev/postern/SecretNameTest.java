package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "sending-key", "a.b_c-d", "a--b"})
  void legalNameIsTaken(String name) {
    assertThat(new SecretName(name).toString()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "a b", "a/b", "..", "é", "a\n"})
  void otherNameIsRefused(String name) {
    assertThatThrownBy(() -> new SecretName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a secret name is");
  }

  @Test
  void nameHasAtMost63Characters() {
    assertThat(SecretName.isLegal("a".repeat(63))).isTrue();
    assertThat(SecretName.isLegal("a".repeat(64))).isFalse();
  }

  @Test
  void namesAreOrderedAsText() {
    assertThat(new SecretName("a")).isLessThan(new SecretName("b"));
  }
}
