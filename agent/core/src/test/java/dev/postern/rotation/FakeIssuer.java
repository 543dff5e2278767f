package dev.postern.rotation;

import dev.postern.RotationTag;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider in memory that survives the agent. */
final class FakeIssuer implements CredentialIssuer {
  record Key(String id, String secret, String description) {}

  final Map<String, Key> live = new LinkedHashMap<>();
  final List<String> calls = new ArrayList<>();
  @Nullable IssuerException issueFailure;
  @Nullable IssuerException revokeFailure;

  /** What it tells of the account's use; nothing, where there is none. */
  volatile @Nullable FakeActivity activity;

  /** How many probes still accept a key after its deletion. */
  int lag;

  /** Refuses every credential, as for an address that is not allow-listed. */
  boolean refuseAll;

  private final Map<String, Integer> lingering = new LinkedHashMap<>();
  private int made;

  void add(String id, String secret, String description) {
    live.put(id, new Key(id, secret, description));
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    calls.add("issue");
    if (issueFailure != null) {
      throw issueFailure;
    }
    made++;
    String id = "new-" + made;
    String secret = "new-secret-" + made;
    add(id, secret, tag.toString());
    return new IssuedCredential(id, fields(secret, id));
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    throw new IllegalStateException("keys are in force when they are made");
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return fields
        .field("api_key_id")
        .map(id -> id.exposeUtf8().strip())
        .filter(id -> !id.isEmpty());
  }

  @Override
  public void renewAuthority() {
    calls.add("renew authority");
  }

  @Override
  public AccountActivity activity() {
    if (activity == null) {
      throw new IssuerException.Rejected("this provider tells nothing");
    }
    return activity;
  }

  static SecretFields fields(String secret, String id) {
    return SecretFields.takeOwnershipOf(
        Map.of("api_key", SecretBytes.ofUtf8(secret), "api_key_id", SecretBytes.ofUtf8(id)));
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    calls.add("live");
    return live.values().stream()
        .map(key -> new LiveCredential(key.id, key.description, Optional.empty()))
        .toList();
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    calls.add("revoke " + id);
    if (revokeFailure != null) {
      throw revokeFailure;
    }
    Key gone = live.remove(id);
    if (gone != null && lag > 0) {
      lingering.put(gone.secret, lag);
    }
    return gone == null ? Revocation.ALREADY_GONE : Revocation.REVOKED;
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    String secret = fields.field("api_key").orElseThrow().exposeUtf8();
    calls.add("probe");
    if (refuseAll) {
      return new ProbeResult.Refused();
    }
    int left = lingering.merge(secret, -1, Integer::sum);
    boolean accepted = accepts(secret) || left >= 0;
    return accepted ? new ProbeResult.Accepted() : new ProbeResult.Refused();
  }

  boolean accepts(String secret) {
    return live.values().stream().anyMatch(key -> key.secret.equals(secret));
  }

  @Override
  public void check() {}

  @Override
  public void close() {}
}
