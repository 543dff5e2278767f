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
import dev.postern.mailgun.LoginAnswers.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * SMTP logins. Mailgun keeps one password for each, and setting another kills it, so two logins
 * take turns: the idle one gets a new password, and once that is in use the other gets one that
 * nobody keeps. Passwords are chosen here; every call that sets one can be repeated.
 */
final class SmtpLogins implements KindRules {
  /** The largest that Mailgun gives. */
  private static final int PAGE = 1000;

  /** Beyond this a server gives the same page again and again. */
  private static final int PAGES = 100;

  private final MailgunRequests requests;
  private final MailgunCalls calls;
  private final MailgunErrors errors;
  private final SmtpProbe probe;

  SmtpLogins(MailgunRequests requests, MailgunCalls calls, MailgunErrors errors, SmtpProbe probe) {
    this.requests = requests;
    this.calls = calls;
    this.errors = errors;
    this.probe = probe;
  }

  /** Asks nobody: the password is kept before Mailgun is told. */
  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    String what = "choose a password for an smtp login" + SendingDomain.suffix(scope);
    SendingDomain.require(scope, what, errors);
    String login = whoseTurn(what, scope, old);
    requireLegal(what, scope, login);
    return new IssuedCredential(
        login,
        SecretFields.takeOwnershipOf(
            Map.of(
                MailgunFields.LOGIN,
                SecretBytes.ofUtf8(login),
                MailgunFields.PASSWORD,
                ChosenPassword.random())));
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    String task = "set the password of an smtp login" + SendingDomain.suffix(scope);
    SendingDomain.require(scope, task, errors);
    String login =
        SmtpLogin.of(scope, fields)
            .orElseThrow(() -> errors.rejected(task, "the field login is missing"));
    requireLegal(task, scope, login);
    SecretBytes password =
        fields
            .field(MailgunFields.PASSWORD)
            .orElseThrow(() -> errors.rejected(task, "the field password is missing"));
    if (set(scope, login, password) == Setting.NO_SUCH_LOGIN) {
      create(scope, login, password);
    }
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return SmtpLogin.of(scope, fields);
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    String what = "list the smtp logins" + SendingDomain.suffix(scope);
    SendingDomain.require(scope, what, errors);
    List<LiveCredential> all = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      List<LiveCredential> logins =
          calls.asAdmin(
              new Call<>(
                  ApiFamily.DOMAINS,
                  Operation.LIST,
                  what,
                  requests.listLogins(scope.domain(), all.size(), PAGE),
                  LoginAnswers::listed));
      all.addAll(logins);
      if (logins.size() < PAGE) {
        return List.copyOf(all);
      }
    }
    throw errors.rejected(what, "there seems to be no end to them; is this mailgun's interface");
  }

  /** The login stays, with a password that nobody has. */
  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    String what = "take an smtp login out of use" + SendingDomain.suffix(scope);
    SendingDomain.require(scope, what, errors);
    requireLegal(what, scope, id);
    try (SecretBytes nobodys = ChosenPassword.random()) {
      return switch (set(scope, id, nobodys)) {
        case SET -> Revocation.REVOKED;
        case NO_SUCH_LOGIN -> Revocation.ALREADY_GONE;
      };
    }
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    String what = "probe the smtp login" + SendingDomain.suffix(scope);
    String login =
        SmtpLogin.of(scope, fields)
            .orElseThrow(() -> errors.rejected(what, "the field login is missing"));
    SecretBytes password =
        fields
            .field(MailgunFields.PASSWORD)
            .orElseThrow(() -> errors.rejected(what, "the field password is missing"));
    return probe.ask(login, password);
  }

  private String whoseTurn(String what, CredentialScope scope, Predecessor old) {
    String present =
        old.id()
            .map(id -> SmtpLogin.address(scope, id))
            .or(() -> SmtpLogin.of(scope, old.fields()))
            .orElseThrow(
                () ->
                    errors.rejected(
                        what, "the field login is missing in the store, so its turn is not known"));
    if (scope.logins().isEmpty()) {
      return present;
    }
    return scope.logins().stream()
        .map(login -> SmtpLogin.address(scope, login))
        .filter(login -> !login.equals(present))
        .findFirst()
        .orElseThrow(
            () -> errors.rejected(what, "logins must name two different ones in the config"));
  }

  private Setting set(CredentialScope scope, String login, SecretBytes password) {
    try (MultipartForm form = new MultipartForm().with(MailgunFields.PASSWORD, password)) {
      return calls.asAdmin(
          new Call<>(
              ApiFamily.DOMAINS,
              Operation.SET,
              "set the password of " + login,
              requests.setPassword(scope.domain(), login, form),
              LoginAnswers::set));
    }
  }

  /** What of two requests comes first does not matter: both say the same password. */
  private void create(CredentialScope scope, String login, SecretBytes password) {
    try (MultipartForm form =
        new MultipartForm()
            .with(MailgunFields.LOGIN, login)
            .with(MailgunFields.PASSWORD, password)) {
      calls.asAdmin(
          new Call<>(
              ApiFamily.DOMAINS,
              Operation.CREATE,
              "make the smtp login " + login,
              requests.createLogin(scope.domain(), form),
              LoginAnswers::created));
    }
  }

  private void requireLegal(String what, CredentialScope scope, String login) {
    if (!SmtpLogin.isLegal(scope, login)) {
      throw errors.rejected(
          what,
          "the login is not an address of "
              + scope.domain()
              + "; check login in the store, and logins in the config");
    }
  }
}
