package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SecretKindTest {

  @Test
  void everyKindIsFoundByItsNameInTheConfig() {
    for (SecretKind kind : SecretKind.values()) {
      assertThat(SecretKind.ofWireName(kind.wireName())).contains(kind);
    }
    assertThat(SecretKind.ofWireName("MAILGUN_SENDING_KEY")).isEmpty();
  }

  @Test
  void everyKindButStaticNamesItsFields() {
    for (SecretKind kind : SecretKind.values()) {
      assertThat(kind.fields().isEmpty()).isEqualTo(kind == SecretKind.STATIC);
    }
  }
}
