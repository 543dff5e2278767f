package dev.postern.rotation;

import dev.postern.RotationTag;
import dev.postern.SecretFields;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** A provider each of whose calls takes a while. */
final class SlowIssuer implements CredentialIssuer {
  private final CredentialIssuer issuer;
  private final Duration latency;
  private final LongAdder calls;

  SlowIssuer(CredentialIssuer issuer, Duration latency, LongAdder calls) {
    this.issuer = issuer;
    this.latency = latency;
    this.calls = calls;
  }

  private void call() {
    calls.increment();
    try {
      Thread.sleep(latency);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String name() {
    return issuer.name();
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    call();
    return issuer.issue(scope, tag, old);
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    call();
    issuer.activate(scope, fields);
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return issuer.idOf(scope, fields);
  }

  @Override
  public void renewAuthority() {
    issuer.renewAuthority();
  }

  @Override
  public AccountActivity activity() {
    call();
    return issuer.activity();
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    call();
    return issuer.live(scope);
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    call();
    return issuer.revoke(scope, id);
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    call();
    return issuer.probe(scope, fields);
  }

  @Override
  public void check() {
    issuer.check();
  }

  @Override
  public void close() {
    issuer.close();
  }
}
