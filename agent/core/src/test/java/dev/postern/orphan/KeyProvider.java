package dev.postern.orphan;

import dev.postern.RotationTag;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider whose keys can be listed and deleted; it does nothing else. */
final class KeyProvider implements CredentialIssuer {
  private record Key(CredentialScope scope, LiveCredential live) {}

  private final Map<String, Key> keys = Collections.synchronizedMap(new LinkedHashMap<>());
  final List<String> revoked = Collections.synchronizedList(new ArrayList<>());
  volatile int lists;
  volatile @Nullable IssuerException failure;

  void add(CredentialScope scope, String id, String description, @Nullable Instant createdAt) {
    keys.put(
        id, new Key(scope, new LiveCredential(id, description, Optional.ofNullable(createdAt))));
  }

  List<String> ids() {
    return List.copyOf(keys.keySet());
  }

  @Override
  public String name() {
    return "provider";
  }

  @Override
  public synchronized List<LiveCredential> live(CredentialScope scope) {
    lists++;
    if (failure != null) {
      throw failure;
    }
    return keys.values().stream().filter(key -> key.scope.equals(scope)).map(Key::live).toList();
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    revoked.add(id);
    return keys.remove(id) == null ? Revocation.ALREADY_GONE : Revocation.REVOKED;
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return fields.field("api_key_id").map(id -> id.exposeUtf8());
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    throw new IllegalStateException("a sweep makes nothing");
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    throw new IllegalStateException("a sweep sets nothing");
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    throw new IllegalStateException("a sweep probes nothing");
  }

  @Override
  public void renewAuthority() {}

  @Override
  public AccountActivity activity() {
    throw new IllegalStateException("a sweep does not ask for activity");
  }

  @Override
  public void check() {}

  @Override
  public void close() {}
}
