package dev.postern.orphan;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretName;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.LiveCredential;
import dev.postern.rotation.RotationTarget;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the stores say of credentials: those that a current or pending version is. Reads them all at
 * its making; where one cannot be read or understood, nothing of its scope may be deleted.
 */
final class StoreClaims {
  private final Failpoints failpoints;
  private final JournalClaims journal;
  private final Set<String> ids = new HashSet<>();
  private final Set<RotationId> makers = new HashSet<>();

  /** The secrets whose stored versions were made by rotations that this journal does not know. */
  private final Set<SecretName> madeElsewhere = new HashSet<>();

  private final Map<CredentialScope, String> problems = new HashMap<>();

  StoreClaims(
      List<RotationTarget> targets,
      List<LiveCredential> live,
      JournalClaims journal,
      Failpoints failpoints) {
    this.failpoints = failpoints;
    this.journal = journal;
    for (RotationTarget target : targets) {
      try {
        read(target, live);
      } catch (StoreException e) {
        problems.put(target.scope(), e.getMessage());
      }
    }
  }

  private void read(RotationTarget target, List<LiveCredential> live) {
    SecretStore store = target.secret().store();
    // Pending before current: what another agent promotes meanwhile is seen in one of the two.
    if (store.capabilities().staging()) {
      Optional<StoredSecret> pending =
          failpoints.around(
              Failpoint.STORE_READ_CLAIMS, () -> store.readPending(target.secret().path()));
      pending.ifPresent(
          staged -> {
            try (staged) {
              note(target, staged, live);
            }
          });
    }
    try (StoredSecret current =
        failpoints.around(
            Failpoint.STORE_READ_CLAIMS, () -> store.readCurrent(target.secret().path()))) {
      note(target, current, live);
    }
  }

  private void note(RotationTarget target, StoredSecret stored, List<LiveCredential> live) {
    SecretName secret = target.secret().name();
    Optional<String> id =
        target
            .issuer()
            .idOf(target.scope(), stored.fields())
            .or(() -> journal.credentialOf(secret, stored.version()));
    Optional<RotationId> maker =
        stored.rotation().or(() -> id.flatMap(known -> tagged(known, live)));
    id.ifPresent(ids::add);
    maker.filter(rotation -> !journal.knows(rotation)).ifPresent(_ -> madeElsewhere.add(secret));
    if (id.isEmpty()) {
      maker.ifPresentOrElse(
          makers::add,
          () ->
              problems.put(
                  target.scope(),
                  "the store does not say which key version "
                      + stored.version()
                      + " of "
                      + secret
                      + " is: keep the key's id beside it"));
    }
  }

  private static Optional<RotationId> tagged(String id, List<LiveCredential> live) {
    return live.stream()
        .filter(credential -> credential.id().equals(id))
        .flatMap(credential -> RotationTag.parse(credential.description()).stream())
        .map(RotationTag::rotation)
        .findFirst();
  }

  boolean claim(LiveCredential credential, RotationTag tag) {
    return ids.contains(credential.id()) || makers.contains(tag.rotation());
  }

  /** Whether somebody rotates this secret of whom this journal knows nothing. */
  boolean madeElsewhere(SecretName secret) {
    return madeElsewhere.contains(secret);
  }

  /** Why nothing of this scope may be deleted now. */
  Optional<String> problem(CredentialScope scope) {
    return Optional.ofNullable(problems.get(scope));
  }
}
