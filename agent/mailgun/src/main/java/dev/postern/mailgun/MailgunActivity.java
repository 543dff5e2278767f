package dev.postern.mailgun;

import dev.postern.SecretKind;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.AccountEntry;
import dev.postern.issuer.AccountUser;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.CredentialUse;
import dev.postern.mailgun.CallObserver.Operation;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What Mailgun tells about the use of the account.
 *
 * <p>Its log cannot be asked for one key, so all of a domain's, or of the account's, is read and
 * filtered here by {@code api-key-id}. That it names the SMTP login nobody could confirm, and the
 * vendor's description has no field for it: where items by SMTP name none, {@link #find} says so.
 * Uses of a signing key, which never reach Mailgun, are in no log.
 */
final class MailgunActivity implements AccountActivity {
  private static final int LOG_PAGE = 100;
  private static final int LOG_PAGES = 50;
  private static final int USER_PAGE = 100;
  private static final int USER_PAGES = 50;

  private final MailgunRequests requests;
  private final MailgunCalls calls;
  private final SmtpLogins logins;

  MailgunActivity(MailgunRequests requests, MailgunCalls calls, SmtpLogins logins) {
    this.requests = requests;
    this.calls = calls;
    this.logins = logins;
  }

  @Override
  public List<CredentialUse> uses(CredentialScope scope, String id, Instant from, Instant to) {
    return find(scope, id, from, to).uses();
  }

  @Override
  public Findings find(CredentialScope scope, String id, Instant from, Instant to) {
    if (scope.kind() == SecretKind.MAILGUN_WEBHOOK_SIGNING_KEY) {
      return new Findings(
          List.of(), Optional.of("mailgun does not see who signs or checks with this key"));
    }
    boolean smtp = scope.kind() == SecretKind.MAILGUN_SMTP;
    String wanted = smtp ? SmtpLogin.address(scope, id) : id;
    UsesBySource uses = new UsesBySource();
    long nameless = 0;
    String token = "";
    for (int page = 0; page < LOG_PAGES; page++) {
      LogAnswers.Page read = log(scope, from, to, token);
      for (LogAnswers.Item item : within(read.items(), from, to)) {
        if (wanted.equals(smtp ? item.login() : item.keyId())) {
          uses.add(item, from);
        } else if (smtp && item.smtp() && item.login().isEmpty()) {
          nameless++;
        }
      }
      if (isLast(read, token)) {
        return new Findings(uses.mostFrequentFirst(), gap(scope, nameless, false));
      }
      token = read.next();
    }
    return new Findings(uses.mostFrequentFirst(), gap(scope, nameless, true));
  }

  /**
   * The log is asked for in whole seconds: what was sent in the second of a revocation, but before
   * it, is no use of a revoked key. An item without a time may be one, and is kept.
   */
  private static List<LogAnswers.Item> within(
      List<LogAnswers.Item> items, Instant from, Instant to) {
    return items.stream()
        .filter(
            item -> item.time().map(time -> !time.isBefore(from) && time.isBefore(to)).orElse(true))
        .toList();
  }

  @Override
  public List<AccountEntry> entries(CredentialScope scope) {
    List<AccountEntry> entries = new ArrayList<>();
    for (String kind : List.of("user", "domain", "web")) {
      String what = "list the account's keys of the kind " + kind;
      read(ApiFamily.KEYS, what, requests.listKeys(kind), KeyAnswers::listed)
          .forEach(
              key ->
                  entries.add(
                      new AccountEntry(
                          AccountEntry.Type.KEY, key.id(), key.description(), key.createdAt())));
    }
    if (SendingDomain.isLegal(scope)) {
      logins
          .live(scope)
          .forEach(
              login ->
                  entries.add(
                      new AccountEntry(
                          AccountEntry.Type.SMTP_LOGIN, login.id(), "", login.createdAt())));
    }
    String what = "list the account's ip allow list";
    entries.addAll(read(ApiFamily.ACCOUNT, what, requests.allowList(), AccountAnswers::allowed));
    return entries;
  }

  @Override
  public List<AccountUser> users() {
    List<AccountUser> users = new ArrayList<>();
    for (int page = 0; page < USER_PAGES; page++) {
      List<AccountUser> some =
          read(
              ApiFamily.ACCOUNT,
              "list the account's users",
              requests.users(users.size(), USER_PAGE),
              AccountAnswers::users);
      users.addAll(some);
      if (some.size() < USER_PAGE) {
        break;
      }
    }
    return users;
  }

  @Override
  public Links links() {
    return MailgunLinks.ALL;
  }

  private LogAnswers.Page log(CredentialScope scope, Instant from, Instant to, String token) {
    String what = "read the log" + SendingDomain.suffix(scope);
    String domain = SendingDomain.isLegal(scope) ? scope.domain().toLowerCase(Locale.ROOT) : "";
    return calls.asAdmin(
        new Call<>(
            ApiFamily.LOGS,
            Operation.READ,
            what,
            requests.logs(LogQuery.json(domain, from, to, token, LOG_PAGE)),
            LogAnswers::page));
  }

  /** A page that is not full, or whose successor is itself. */
  private static boolean isLast(LogAnswers.Page page, String token) {
    return page.items().size() < LOG_PAGE || page.next().isEmpty() || page.next().equals(token);
  }

  private static Optional<String> gap(CredentialScope scope, long nameless, boolean cut) {
    List<String> gaps = new ArrayList<>();
    if (scope.kind() == SecretKind.MAILGUN_ACCOUNT_KEY) {
      gaps.add("the log holds messages only, not what else an account key was used for");
    }
    if (cut) {
      gaps.add("only the first " + LOG_PAGE * LOG_PAGES + " entries of the log were read");
    }
    if (nameless > 0) {
      gaps.add("of " + nameless + " uses of smtp the log does not tell the login");
    }
    return gaps.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", gaps));
  }

  private <T> T read(
      ApiFamily family,
      String what,
      HttpRequest.Builder request,
      Function<Reply, Optional<T>> how) {
    return calls.asAdmin(new Call<>(family, Operation.LIST, what, request, how));
  }
}
