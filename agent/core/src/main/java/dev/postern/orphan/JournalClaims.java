package dev.postern.orphan;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.issuer.LiveCredential;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the journal says of credentials, at one moment. */
final class JournalClaims {
  private final Map<RotationId, Receipt> rotations = new HashMap<>();
  private final Set<SecretName> rotating = new HashSet<>();
  private final Set<String> inUse = new HashSet<>();

  JournalClaims(List<Receipt> receipts) {
    Set<String> revoked = new HashSet<>();
    for (Receipt receipt : receipts) {
      rotations.put(receipt.id(), receipt);
      if (!receipt.ended()) {
        rotating.add(receipt.secret());
      }
      if (receipt.newVersion().isPresent()) {
        receipt.newCredential().ifPresent(inUse::add);
      }
      receipt.oldCredential().ifPresent((revokedIn(receipt) ? revoked : inUse)::add);
    }
    inUse.removeAll(revoked);
  }

  private static boolean revokedIn(Receipt receipt) {
    return receipt.steps().stream()
        .anyMatch(step -> step.step() == Step.REVOKE && step.finishedAt().isPresent());
  }

  boolean knows(RotationId rotation) {
    return rotations.containsKey(rotation);
  }

  boolean rotating(SecretName secret) {
    return rotating.contains(secret);
  }

  /** Whether a rotation still looks after it, or a successor that was promoted is it. */
  boolean claim(LiveCredential credential, RotationTag tag) {
    Receipt maker = rotations.get(tag.rotation());
    return (maker != null && !maker.ended()) || inUse.contains(credential.id());
  }

  /** Which credential a stored version is, where a rotation of this journal promoted it. */
  Optional<String> credentialOf(SecretName secret, Version version) {
    return rotations.values().stream()
        .filter(receipt -> receipt.secret().equals(secret))
        .filter(receipt -> receipt.newVersion().equals(Optional.of(version)))
        .flatMap(receipt -> receipt.newCredential().stream())
        .findFirst();
  }
}
