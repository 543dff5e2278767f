package dev.postern.mailgun;

import dev.postern.RotationTag;
import dev.postern.SecretFields;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.mailgun.CallObserver.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Domain sending keys: may post messages of one domain and nothing else. */
final class SendingKeys implements KindRules {
  private final ApiKeys keys;
  private final MailgunRequests requests;
  private final MailgunCalls calls;
  private final MailgunErrors errors;
  private final Optional<Duration> lifetime;

  SendingKeys(
      ApiKeys keys,
      MailgunRequests requests,
      MailgunCalls calls,
      MailgunErrors errors,
      Optional<Duration> lifetime) {
    this.keys = keys;
    this.requests = requests;
    this.calls = calls;
    this.errors = errors;
    this.lifetime = lifetime;
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    String what = "make a mailgun-sending-key" + SendingDomain.suffix(scope);
    SendingDomain.require(scope, what, errors);
    MultipartForm form =
        new MultipartForm()
            .with("role", "sending")
            .with("kind", "domain")
            .with("domain_name", scope.domain())
            .with("description", tag.toString());
    lifetime.ifPresent(time -> form.with("expiration", Long.toString(time.toSeconds())));
    return keys.create(what, form);
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    throw errors.rejected(
        "activate a mailgun-sending-key", "a key is in force from the moment it is made");
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return ApiKeys.idOf(fields);
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    String what = "list the keys" + SendingDomain.suffix(scope);
    SendingDomain.require(scope, what, errors);
    return ApiKeys.asLive(
        keys.live(what, requests.listKeysOf(scope.domain())),
        key -> key.isSendingKeyOf(scope.domain()));
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    SendingDomain.require(scope, "delete a mailgun-sending-key", errors);
    return calls.asAdmin(keys.deletion(scope, id));
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    String what = "probe the mailgun-sending-key" + SendingDomain.suffix(scope);
    SendingDomain.require(scope, what, errors);
    return calls.with(
        keys.valueOf(what, fields),
        new Call<>(
            ApiFamily.MESSAGES,
            Operation.PROBE,
            what,
            requests.emptyMessage(scope.domain()),
            reply -> ApiKeys.probed(reply, reply.isSuccess() || reply.status() == 400)));
  }
}
