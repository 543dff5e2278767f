package dev.postern.orphan;

import dev.postern.RotationTag;
import dev.postern.SecretName;
import dev.postern.failpoint.Failpoint;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.LiveCredential;
import dev.postern.rotation.RotationTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What lives at one issuer.
 *
 * @param live everything of the scopes that were asked about
 * @param unclaimed of it what carries our tag and no rotation of the journal claims
 */
record OwnCredentials(List<LiveCredential> live, List<OwnCredential> unclaimed) {

  static OwnCredentials list(
      CredentialIssuer issuer, List<RotationTarget> targets, OrphanSweep.Surroundings around) {
    Map<CredentialScope, List<LiveCredential>> listed = new LinkedHashMap<>();
    for (RotationTarget target : targets) {
      listed.computeIfAbsent(
          target.scope(),
          scope ->
              around.failpoints().around(Failpoint.ISSUER_LIST_ORPHANS, () -> issuer.live(scope)));
    }
    // After the listing: a rotation is in the journal before what it makes can be listed.
    JournalClaims journal = new JournalClaims(around.rotations().get());
    Map<String, OwnCredential> unclaimed = new LinkedHashMap<>();
    listed.forEach(
        (scope, live) ->
            live.forEach(
                credential ->
                    RotationTag.parse(credential.description())
                        .filter(tag -> tag.installation().equals(around.installation()))
                        .filter(tag -> !journal.claim(credential, tag))
                        .filter(tag -> belongsTo(scope, tag.secret(), targets))
                        .ifPresent(
                            tag ->
                                unclaimed.put(
                                    credential.id(), new OwnCredential(scope, credential, tag)))));
    return new OwnCredentials(
        listed.values().stream().flatMap(List::stream).toList(), List.copyOf(unclaimed.values()));
  }

  /** A secret of another scope of this issuer is looked at there, where it belongs. */
  private static boolean belongsTo(
      CredentialScope scope, SecretName secret, List<RotationTarget> targets) {
    return targets.stream()
        .filter(target -> target.secret().name().equals(secret))
        .allMatch(target -> target.scope().equals(scope));
  }
}
