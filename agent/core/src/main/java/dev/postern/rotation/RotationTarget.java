package dev.postern.rotation;

import dev.postern.SecretKind.Succession;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.serving.SecretDefinition;
import java.util.Optional;

/**
 * A secret that can be rotated: where it is kept, who issues it, and how.
 *
 * @param authority whether this secret is the very credential with which the issuer is called: it
 *     is replaced by its own means, and so never revoked first
 */
public record RotationTarget(
    SecretDefinition secret,
    CredentialIssuer issuer,
    CredentialScope scope,
    RotationPolicy policy,
    boolean authority) {

  /**
   * In which order a rotation goes.
   *
   * @throws RotationRefused when the wish cannot be granted
   */
  Order order(Optional<Order> wish) {
    if (scope.kind().succession() == Succession.REGENERATED) {
      return only(
          Order.REVOKE_FIRST,
          wish,
          "the provider has only one at a time, so the old one dies when the new one is made");
    }
    if (authority) {
      return only(
          Order.OVERLAP,
          wish,
          "it is the key with which its own successor is made, so it cannot be revoked first");
    }
    return wish.orElse(policy.order());
  }

  private Order only(Order possible, Optional<Order> wish, String why) {
    if (wish.isPresent() && wish.get() != possible) {
      throw new RotationRefused(
          RotationRefused.Reason.NOT_ROTATABLE,
          "the order of "
              + secret.name()
              + " can only be "
              + possible.wireName()
              + ": "
              + why
              + "; leave out --order");
    }
    return possible;
  }
}
