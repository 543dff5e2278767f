package dev.postern.rotation;

import dev.postern.SecretKind.Succession;
import dev.postern.Version;
import java.util.Optional;

/**
 * What a rotation has brought about so far.
 *
 * @param plan with the changes that later requests brought
 * @param oldCredential the provider's id of the credential to revoke
 * @param newCredential the provider's id of the successor; the old one's own id when a value is
 *     replaced in place
 * @param newVersion the successor's version in the store, once promoted
 * @param committed whether the old credential is or may be dead already, so that nothing leads back
 * @param oldRevoked whether the provider confirmed the revocation
 * @param inForce whether the provider confirmed that the successor is in force, for a kind whose
 *     value is kept first and set afterwards
 */
record Facts(
    RotationPlan plan,
    Optional<String> oldCredential,
    Optional<String> newCredential,
    Optional<Version> newVersion,
    boolean committed,
    boolean oldRevoked,
    boolean inForce) {

  static Facts of(RotationPlan plan) {
    return new Facts(
        plan, Optional.empty(), Optional.empty(), Optional.empty(), false, false, false);
  }

  /** Whether old and new are two values of one login: setting the new one kills the old. */
  boolean inPlace() {
    return plan.succession() == Succession.CHOSEN
        && oldCredential.isPresent()
        && oldCredential.equals(newCredential);
  }

  Facts withPlan(RotationPlan changed) {
    return new Facts(
        changed, oldCredential, newCredential, newVersion, committed, oldRevoked, inForce);
  }

  Facts withOldCredential(String id) {
    return new Facts(
        plan, Optional.of(id), newCredential, newVersion, committed, oldRevoked, inForce);
  }

  Facts withNewCredential(Optional<String> id) {
    return new Facts(plan, oldCredential, id, newVersion, committed, oldRevoked, false);
  }

  Facts withNewVersion(Version version) {
    return new Facts(
        plan, oldCredential, newCredential, Optional.of(version), committed, oldRevoked, inForce);
  }

  Facts withActivationBegun() {
    return new Facts(
        plan,
        oldCredential,
        newCredential,
        newVersion,
        committed || inPlace(),
        oldRevoked,
        inForce);
  }

  /** It may be dead from now on, whether or not an answer comes. */
  Facts withRevocationBegun() {
    return new Facts(plan, oldCredential, newCredential, newVersion, true, oldRevoked, inForce);
  }

  Facts withSuccessorInForce() {
    return new Facts(
        plan, oldCredential, newCredential, newVersion, committed, oldRevoked || inPlace(), true);
  }

  Facts withOldRevoked() {
    return new Facts(plan, oldCredential, newCredential, newVersion, true, true, inForce);
  }
}
