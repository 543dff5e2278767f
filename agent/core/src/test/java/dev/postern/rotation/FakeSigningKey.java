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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A provider in memory that has one value at a time, which it makes itself and shows again. */
final class FakeSigningKey implements CredentialIssuer {
  static final String ID = "signing-key";

  String value = "old-secret";
  private int made;

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    if (old.fields().field("signing_key").orElseThrow().exposeUtf8().equals(value)) {
      throw new IssuerException.Unavailable("the old one still stands", null);
    }
    return new IssuedCredential(
        ID, SecretFields.takeOwnershipOf(Map.of("signing_key", SecretBytes.ofUtf8(value))));
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    throw new IllegalStateException("it is in force when it is made");
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return Optional.of(ID);
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    return List.of(new LiveCredential(ID, "", Optional.empty()));
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    made++;
    value = "regenerated-secret-" + made;
    return Revocation.REVOKED;
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    return fields.field("signing_key").orElseThrow().exposeUtf8().equals(value)
        ? new ProbeResult.Accepted()
        : new ProbeResult.Refused();
  }

  @Override
  public void renewAuthority() {}

  @Override
  public AccountActivity activity() {
    throw new IssuerException.Rejected("this provider tells nothing");
  }

  @Override
  public void check() {}

  @Override
  public void close() {}
}
