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

/** A provider in memory of logins, each with one password, that survives the agent. */
final class FakeLogins implements CredentialIssuer {
  final Map<String, String> passwords = new LinkedHashMap<>();
  final List<String> calls = new ArrayList<>();

  /** Refuses every login, as for an address that is not allow-listed. */
  boolean refuseAll;

  private int chosen;

  static Map<String, String> fields(String login, String password) {
    return Map.of("login", login, "password", password);
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    String login =
        scope.logins().stream()
            .filter(each -> !each.equals(old.id().orElseThrow()))
            .findFirst()
            .orElse(old.id().orElseThrow());
    chosen++;
    return new IssuedCredential(
        login,
        SecretFields.takeOwnershipOf(
            Map.of(
                "login", SecretBytes.ofUtf8(login),
                "password", SecretBytes.ofUtf8("chosen-secret-" + chosen))));
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    calls.add("activate " + text(fields, "login"));
    passwords.put(text(fields, "login"), text(fields, "password"));
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return fields.field("login").map(SecretBytes::exposeUtf8);
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    return passwords.keySet().stream()
        .map(login -> new LiveCredential(login, "", Optional.empty()))
        .toList();
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    calls.add("revoke " + id);
    chosen++;
    return passwords.replace(id, "nobodys-secret-" + chosen) == null
        ? Revocation.ALREADY_GONE
        : Revocation.REVOKED;
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    return !refuseAll && accepts(text(fields, "login"), text(fields, "password"))
        ? new ProbeResult.Accepted()
        : new ProbeResult.Refused();
  }

  boolean accepts(String login, String password) {
    return password.equals(passwords.get(login));
  }

  private static String text(SecretFields fields, String name) {
    return fields.field(name).orElseThrow().exposeUtf8();
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
