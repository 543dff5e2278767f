package dev.postern.mailgun;

import dev.postern.RotationTag;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.IssuerCheckup;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.mailgun.CallObserver.Operation;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Mailgun's credentials: what is asked is handed to the {@link KindRules} of the kind. */
final class MailgunIssuer implements CredentialIssuer, IssuerCheckup {
  private final MailgunConfig config;
  private final MailgunRequests requests;
  private final MailgunErrors errors;
  private final MailgunCalls calls;
  private final MailgunActivity activity;
  private final MailgunCheckup checkup;
  private final Map<SecretKind, KindRules> rules = new EnumMap<>(SecretKind.class);

  MailgunIssuer(
      MailgunConfig config,
      HttpWire wire,
      AdminKey adminKey,
      InstantSource clock,
      CallObserver observer) {
    this.config = config;
    requests = new MailgunRequests(config.baseUri());
    errors = new MailgunErrors(config.name(), config.baseUri(), clock);
    calls = new MailgunCalls(config, wire, adminKey, errors, observer);
    ApiKeys keys = new ApiKeys(requests, calls, errors, clock);
    SmtpProbe smtp = new SmtpProbe(config.smtp(), config.timeouts(), observer);
    rules.put(
        SecretKind.MAILGUN_SENDING_KEY,
        new SendingKeys(keys, requests, calls, errors, config.keyLifetime()));
    rules.put(
        SecretKind.MAILGUN_ACCOUNT_KEY,
        new AccountKeys(keys, requests, calls, errors, config.keyLifetime()));
    SmtpLogins logins = new SmtpLogins(requests, calls, errors, smtp);
    rules.put(SecretKind.MAILGUN_SMTP, logins);
    rules.put(
        SecretKind.MAILGUN_WEBHOOK_SIGNING_KEY, new WebhookSigningKey(requests, calls, errors));
    activity = new MailgunActivity(requests, calls, logins);
    checkup = new MailgunCheckup(config, requests, calls, this::check);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    return of(scope).issue(scope, tag, old);
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    of(scope).activate(scope, fields);
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return of(scope).idOf(scope, fields);
  }

  @Override
  public void renewAuthority() {
    calls.renewAuthority();
  }

  @Override
  public AccountActivity activity() {
    return activity;
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    return of(scope).live(scope);
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    return of(scope).revoke(scope, id);
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    try {
      return of(scope).probe(scope, fields);
    } catch (IssuerException e) {
      return new ProbeResult.Unknown(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void check() {
    calls.asAdmin(
        new Call<>(
            ApiFamily.KEYS,
            Operation.LIST,
            "list the account's keys",
            requests.listKeys("domain"),
            KeyAnswers::listed));
  }

  @Override
  public Endpoint api() {
    return checkup.api();
  }

  @Override
  public List<Endpoint> others(List<CredentialScope> scopes) {
    return checkup.others(scopes);
  }

  @Override
  public List<Check> checks(List<CredentialScope> scopes) {
    return checkup.checks(scopes);
  }

  @Override
  public void close() {
    calls.close();
  }

  private KindRules of(CredentialScope scope) {
    KindRules found = rules.get(scope.kind());
    if (found == null) {
      throw errors.rejected(
          "do anything with a secret of the kind " + scope.kind().wireName(),
          "mailgun has no such credentials");
    }
    return found;
  }
}
