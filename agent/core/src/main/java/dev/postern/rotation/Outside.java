package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.journal.RotationJournal;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoredSecret;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Every call of a rotation to its store and its issuer, each at its failpoint, and only while the
 * journal is this agent's.
 */
final class Outside {
  private final SecretStore store;
  private final SecretPath path;
  private final CredentialIssuer issuer;
  private final CredentialScope scope;
  private final boolean authority;
  private final Failpoints failpoints;
  private final RotationJournal journal;

  Outside(
      RotationTarget target,
      CredentialScope scope,
      Failpoints failpoints,
      RotationJournal journal) {
    this.store = target.secret().store();
    this.path = target.secret().path();
    this.issuer = target.issuer();
    this.scope = scope;
    this.authority = target.authority();
    this.failpoints = failpoints;
    this.journal = journal;
  }

  private <T> T call(Failpoint place, Supplier<T> act) {
    journal.requireCurrent();
    return failpoints.around(place, act);
  }

  private void run(Failpoint place, Runnable act) {
    journal.requireCurrent();
    failpoints.around(place, act);
  }

  StoreCapabilities capabilities() {
    return store.capabilities();
  }

  SecretHead head() {
    return call(Failpoint.STORE_HEAD, () -> store.head(path));
  }

  StoredSecret readCurrent() {
    return call(Failpoint.STORE_READ_CURRENT, () -> store.readCurrent(path));
  }

  StoredSecret readVersion(Version version) {
    return call(Failpoint.STORE_READ_VERSION, () -> store.readVersion(path, version));
  }

  Optional<StoredSecret> readPending() {
    return call(Failpoint.STORE_READ_PENDING, () -> store.readPending(path));
  }

  Version stage(RotationId rotation, SecretFields fields) {
    return call(Failpoint.STORE_STAGE, () -> store.stage(path, rotation, fields));
  }

  Version promote(RotationId rotation, SecretFields fields, Version expected) {
    return call(Failpoint.STORE_PROMOTE, () -> store.promote(path, rotation, fields, expected));
  }

  void dropPending(RotationId rotation) {
    run(Failpoint.STORE_DROP_PENDING, () -> store.dropPending(path, rotation));
  }

  void flag(CompromiseFlag flag) {
    run(Failpoint.STORE_FLAG, () -> store.flagCompromised(path, flag));
  }

  void unflag() {
    run(Failpoint.STORE_UNFLAG, () -> store.unflagCompromised(path));
  }

  List<LiveCredential> live() {
    return call(Failpoint.ISSUER_LIVE, () -> issuer.live(scope));
  }

  IssuedCredential issue(RotationTag tag, Predecessor old) {
    return call(Failpoint.ISSUER_ISSUE, () -> issuer.issue(scope, tag, old));
  }

  void activate(SecretFields fields) {
    run(Failpoint.ISSUER_ACTIVATE, () -> issuer.activate(scope, fields));
  }

  /** Asks nobody. */
  Optional<String> idOf(SecretFields fields) {
    return issuer.idOf(scope, fields);
  }

  /** A key that makes its own successor is not asked to delete itself: that is the new one's. */
  void renewAuthority() {
    if (authority) {
      issuer.renewAuthority();
    }
  }

  ProbeResult probeSuccessor(SecretFields fields) {
    return call(Failpoint.ISSUER_PROBE_SUCCESSOR, () -> issuer.probe(scope, fields));
  }

  ProbeResult probePredecessor(SecretFields fields) {
    return call(Failpoint.ISSUER_PROBE_PREDECESSOR, () -> issuer.probe(scope, fields));
  }

  Revocation revokePredecessor(String id) {
    return call(Failpoint.ISSUER_REVOKE_PREDECESSOR, () -> issuer.revoke(scope, id));
  }

  Revocation revokeSuccessor(String id) {
    return call(Failpoint.ISSUER_REVOKE_SUCCESSOR, () -> issuer.revoke(scope, id));
  }
}
