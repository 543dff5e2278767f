package dev.postern.mailgun;

import dev.postern.RotationTag;
import dev.postern.SecretFields;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import java.util.List;
import java.util.Optional;

/** What holds for one kind of credential; the methods are those of the port, for that kind only. */
sealed interface KindRules permits SendingKeys, AccountKeys, SmtpLogins, WebhookSigningKey {

  IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old);

  void activate(CredentialScope scope, SecretFields fields);

  Optional<String> idOf(CredentialScope scope, SecretFields fields);

  List<LiveCredential> live(CredentialScope scope);

  Revocation revoke(CredentialScope scope, String id);

  /** Unlike the port's: what is thrown means that nothing is known. */
  ProbeResult probe(CredentialScope scope, SecretFields fields);
}
