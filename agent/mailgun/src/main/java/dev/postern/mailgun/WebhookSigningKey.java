package dev.postern.mailgun;

import dev.postern.RotationTag;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.mailgun.CallObserver.Operation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key with which Mailgun signs webhooks. An account has one; making another kills it, and it
 * can be read again at any time. There is no call that tries it, so whether one is in force is seen
 * by comparing it with the one that Mailgun shows.
 */
final class WebhookSigningKey implements KindRules {
  /** There is one only, so this says all. */
  static final String ID = "http-signing-key";

  private static final String READ = "read the webhook signing key";
  private static final String REPLACE = "replace the webhook signing key";

  private final MailgunRequests requests;
  private final MailgunCalls calls;
  private final MailgunErrors errors;

  WebhookSigningKey(MailgunRequests requests, MailgunCalls calls, MailgunErrors errors) {
    this.requests = requests;
    this.calls = calls;
    this.errors = errors;
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    SecretBytes present = present(Operation.READ);
    if (old.fields().field(MailgunFields.SIGNING_KEY).filter(present::sameAs).isPresent()) {
      present.close();
      throw errors.notYet(
          READ, "mailgun still shows the old one; it is read again when a moment has passed");
    }
    return new IssuedCredential(
        ID, SecretFields.takeOwnershipOf(Map.of(MailgunFields.SIGNING_KEY, present)));
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    throw errors.rejected(
        "activate the webhook signing key", "it is in force from the moment it is made");
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return Optional.of(ID);
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    return List.of(new LiveCredential(ID, "", Optional.empty()));
  }

  /** Repeating it makes yet another one, which is as good: nobody has read the one before. */
  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    if (!id.equals(ID)) {
      throw errors.rejected(REPLACE, "an account has only one, and its id is " + ID);
    }
    calls.asAdmin(
        new Call<>(
            ApiFamily.ACCOUNT,
            Operation.SET,
            REPLACE,
            requests.regenerateSigningKey(),
            SigningKeyAnswers::regenerated));
    return Revocation.REVOKED;
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    SecretBytes given =
        fields
            .field(MailgunFields.SIGNING_KEY)
            .orElseThrow(
                () ->
                    errors.rejected(
                        "probe the webhook signing key", "the field signing_key is missing"));
    try (SecretBytes present = present(Operation.PROBE)) {
      return present.sameAs(given) ? new ProbeResult.Accepted() : new ProbeResult.Refused();
    }
  }

  private SecretBytes present(Operation operation) {
    return calls.asAdmin(
        new Call<>(
            ApiFamily.ACCOUNT, operation, READ, requests.signingKey(), SigningKeyAnswers::shown));
  }
}
