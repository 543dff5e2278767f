package dev.postern.mailgun;

import dev.postern.RotationTag;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.mailgun.CallObserver.Operation;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Mailgun's keys: made, listed and deleted with the admin key, probed each with itself. */
final class MailgunIssuer implements CredentialIssuer {
  private static final Pattern DOMAIN =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");

  private final MailgunConfig config;
  private final MailgunRequests requests;
  private final MailgunErrors errors;
  private final MailgunCalls calls;
  private final InstantSource clock;

  MailgunIssuer(
      MailgunConfig config,
      HttpWire wire,
      AdminKey adminKey,
      InstantSource clock,
      CallObserver observer) {
    this.config = config;
    this.clock = clock;
    requests = new MailgunRequests(config.baseUri());
    errors = new MailgunErrors(config.name(), config.baseUri(), clock);
    calls = new MailgunCalls(config.timeouts(), wire, adminKey, errors, observer);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    String what = "make a " + scope.kind().wireName() + nameOf(scope);
    // An account key's role can not be known from its scope, and must not become a wider one.
    requireKind(scope, what, SecretKind.MAILGUN_SENDING_KEY);
    HttpRequest.Builder request =
        requests.createSendingKey(scope.domain(), tag, config.keyLifetime());
    return calls.asAdmin(new Call<>(Operation.CREATE, what, request, KeyAnswers::issued));
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    throw errors.rejected("set a password", "this version does not rotate " + scope.kind());
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return fields
        .field(MailgunFields.API_KEY_ID)
        .map(id -> id.exposeUtf8().strip())
        .filter(id -> !id.isEmpty());
  }

  @Override
  public void renewAuthority() {
    calls.renewAuthority();
  }

  @Override
  public AccountActivity activity() {
    throw errors.rejected("read the logs", "this version does not");
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    String what = "list the keys" + nameOf(scope);
    requireKind(scope, what, SecretKind.MAILGUN_SENDING_KEY, SecretKind.MAILGUN_ACCOUNT_KEY);
    boolean sending = scope.kind() == SecretKind.MAILGUN_SENDING_KEY;
    HttpRequest.Builder request =
        sending ? requests.listKeysOf(scope.domain()) : requests.listKeys("user");
    Instant now = clock.instant();
    return calls.asAdmin(new Call<>(Operation.LIST, what, request, KeyAnswers::listed)).stream()
        .filter(key -> sending ? key.isSendingKeyOf(scope.domain()) : key.isAccountKey())
        .filter(key -> key.isLiveAt(now))
        .map(ListedKey::asLiveCredential)
        .toList();
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    String what = "delete key " + (KeyId.isLegal(id) ? id : "(no legal id)") + nameOf(scope);
    requireKind(scope, what, SecretKind.MAILGUN_SENDING_KEY, SecretKind.MAILGUN_ACCOUNT_KEY);
    if (!KeyId.isLegal(id)) {
      throw errors.rejected(what, "that is not the id of a key; check api_key_id in the store");
    }
    return calls.asAdmin(
        new Call<>(Operation.DELETE, what, requests.deleteKey(id), MailgunIssuer::revocation));
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    String what = "probe the " + scope.kind().wireName() + nameOf(scope);
    try {
      requireKind(scope, what, SecretKind.MAILGUN_SENDING_KEY, SecretKind.MAILGUN_ACCOUNT_KEY);
      SecretBytes key =
          fields
              .field(MailgunFields.API_KEY)
              .orElseThrow(() -> errors.rejected(what, "the field api_key is missing"));
      boolean sending = scope.kind() == SecretKind.MAILGUN_SENDING_KEY;
      Call<ProbeResult> call =
          sending
              ? new Call<>(
                  Operation.PROBE,
                  what,
                  requests.emptyMessage(scope.domain()),
                  reply -> probed(reply, reply.isSuccess() || reply.status() == 400))
              : new Call<>(
                  Operation.PROBE,
                  what,
                  requests.listKeys("user"),
                  reply -> probed(reply, reply.isSuccess()));
      return calls.with(key, call);
    } catch (IssuerException e) {
      return new ProbeResult.Unknown(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void check() {
    calls.asAdmin(
        new Call<>(
            Operation.LIST,
            "list the account's keys",
            requests.listKeys("domain"),
            KeyAnswers::listed));
  }

  @Override
  public void close() {
    calls.close();
  }

  private static Optional<Revocation> revocation(Reply reply) {
    if (reply.status() == 204 || (reply.isSuccess() && reply.jsonObject().isPresent())) {
      return Optional.of(Revocation.REVOKED);
    }
    return reply.status() == 404 && reply.message().isPresent()
        ? Optional.of(Revocation.ALREADY_GONE)
        : Optional.empty();
  }

  /** A proxy's page says nothing about the key, whatever its status. */
  private static Optional<ProbeResult> probed(Reply reply, boolean accepted) {
    if (reply.isPage()) {
      return Optional.empty();
    }
    if (accepted) {
      return Optional.of(new ProbeResult.Accepted());
    }
    return reply.status() == 401 ? Optional.of(new ProbeResult.Refused()) : Optional.empty();
  }

  private void requireKind(CredentialScope scope, String what, SecretKind... possible) {
    if (!List.of(possible).contains(scope.kind())) {
      throw errors.rejected(
          what, "the kind " + scope.kind().wireName() + " can not be issued by this version");
    }
    if (scope.kind() == SecretKind.MAILGUN_SENDING_KEY
        && !DOMAIN.matcher(scope.domain()).matches()) {
      throw errors.rejected(what, "the secret needs the name of its sending domain in the config");
    }
  }

  private static String nameOf(CredentialScope scope) {
    return DOMAIN.matcher(scope.domain()).matches() ? " of " + scope.domain() : "";
  }
}
