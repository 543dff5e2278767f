package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.issuer.CredentialScope;
import dev.postern.serving.SecretDefinition;
import dev.postern.store.SecretPath;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** In which order a rotation of each kind may go. */
final class RotationTargetTest {

  @Test
  void aKeyBesideTheOldOneGoesInTheOrderThatIsWished() {
    RotationTarget target = target(SecretKind.MAILGUN_SENDING_KEY, Order.OVERLAP, false);

    assertThat(target.order(Optional.empty())).isEqualTo(Order.OVERLAP);
    assertThat(target.order(Optional.of(Order.REVOKE_FIRST))).isEqualTo(Order.REVOKE_FIRST);
    assertThat(target(SecretKind.MAILGUN_SMTP, Order.REVOKE_FIRST, false).order(Optional.empty()))
        .isEqualTo(Order.REVOKE_FIRST);
  }

  @Test
  void whatExistsOnlyOnceIsAlwaysRevokedFirst() {
    RotationTarget target = target(SecretKind.MAILGUN_WEBHOOK_SIGNING_KEY, Order.OVERLAP, false);

    assertThat(target.order(Optional.empty())).isEqualTo(Order.REVOKE_FIRST);
    assertThat(target.order(Optional.of(Order.REVOKE_FIRST))).isEqualTo(Order.REVOKE_FIRST);
    assertRefused(target, Order.OVERLAP, "the provider has only one at a time");
  }

  @Test
  void theKeyThatMakesItsOwnSuccessorIsNeverRevokedFirst() {
    RotationTarget target = target(SecretKind.MAILGUN_ACCOUNT_KEY, Order.REVOKE_FIRST, true);

    assertThat(target.order(Optional.empty())).isEqualTo(Order.OVERLAP);
    assertRefused(target, Order.REVOKE_FIRST, "its own successor");
  }

  private static void assertRefused(RotationTarget target, Order wish, String why) {
    assertThatExceptionOfType(RotationRefused.class)
        .isThrownBy(() -> target.order(Optional.of(wish)))
        .withMessageContainingAll(why, "leave out --order")
        .satisfies(
            refused ->
                assertThat(refused.reason()).isEqualTo(RotationRefused.Reason.NOT_ROTATABLE));
  }

  private static RotationTarget target(SecretKind kind, Order configured, boolean authority) {
    return new RotationTarget(
        new SecretDefinition(
            new SecretName("x"),
            kind,
            new FakeStore(Map.of("a", "b")),
            new SecretPath("mail/x"),
            Map.of(),
            Duration.ofMinutes(1),
            Duration.ofHours(1)),
        new FakeIssuer(),
        new CredentialScope(kind, ""),
        new RotationPolicy(
            Duration.ofMinutes(1), Duration.ofMinutes(10), configured, WithoutSuccessor.KEEP),
        authority);
  }
}
