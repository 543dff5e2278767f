package dev.postern.rotation;

import dev.postern.Version;
import java.util.Optional;

/**
 * What a rotation has brought about so far.
 *
 * @param plan with the changes that later requests brought
 * @param oldCredential the provider's id of the credential to revoke
 * @param newCredential the provider's id of the successor
 * @param newVersion the successor's version in the store, once promoted
 * @param oldRevoked whether the provider confirmed the revocation
 */
record Facts(
    RotationPlan plan,
    Optional<String> oldCredential,
    Optional<String> newCredential,
    Optional<Version> newVersion,
    boolean oldRevoked) {

  static Facts of(RotationPlan plan) {
    return new Facts(plan, Optional.empty(), Optional.empty(), Optional.empty(), false);
  }

  Facts withPlan(RotationPlan changed) {
    return new Facts(changed, oldCredential, newCredential, newVersion, oldRevoked);
  }

  Facts withOldCredential(String id) {
    return new Facts(plan, Optional.of(id), newCredential, newVersion, oldRevoked);
  }

  Facts withNewCredential(Optional<String> id) {
    return new Facts(plan, oldCredential, id, newVersion, oldRevoked);
  }

  Facts withNewVersion(Version version) {
    return new Facts(plan, oldCredential, newCredential, Optional.of(version), oldRevoked);
  }

  Facts withOldRevoked() {
    return new Facts(plan, oldCredential, newCredential, newVersion, true);
  }
}
