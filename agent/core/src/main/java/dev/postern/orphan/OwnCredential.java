package dev.postern.orphan;

import dev.postern.RotationTag;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.LiveCredential;

/** A live credential that carries this installation's tag. */
record OwnCredential(CredentialScope scope, LiveCredential credential, RotationTag tag) {
  String id() {
    return credential.id();
  }
}
