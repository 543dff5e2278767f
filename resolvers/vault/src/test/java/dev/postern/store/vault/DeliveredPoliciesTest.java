package dev.postern.store.vault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveredPoliciesTest {

  @Test
  void aReaderReadsEverySecretButTheKeyThatMakesKeys() {
    assertThat(mayRead("reader", "mail/sending")).isTrue();
    assertThat(mayRead("reader", "mail/mailgun-admin")).isFalse();
    assertThat(mayRead("rotator", "mail/mailgun-admin")).isTrue();
  }

  private static boolean mayRead(String policy, String secret) {
    return VaultScene.policy(policy).allows("secret/data/" + secret, "read");
  }
}
