package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class DeliveredPoliciesTest {

  @Test
  void aReaderReadsEverySecretButTheKeyThatMakesKeys() {
    assertThat(mayRead("aws-reader.json", "mail/sending")).isTrue();
    assertThat(mayRead("aws-reader.json", "mail/mailgun-admin")).isFalse();
    assertThat(mayRead("aws-rotator.json", "mail/mailgun-admin")).isTrue();
  }

  private static boolean mayRead(String policy, String secret) {
    // The six characters are AWS's own.
    String arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:" + secret + "-AbCdEf";
    return Surroundings.policy(policy).allows("GetSecretValue", arn, Set.of());
  }
}
