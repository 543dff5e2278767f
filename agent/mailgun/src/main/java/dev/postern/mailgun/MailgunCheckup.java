package dev.postern.mailgun;

import dev.postern.SecretKind;
import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuerException;
import dev.postern.mailgun.CallObserver.Operation;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether the admin key is accepted and the domains are known, by lists alone: nothing is made,
 * changed or sent.
 */
final class MailgunCheckup {
  private final MailgunConfig config;
  private final MailgunRequests requests;
  private final MailgunCalls calls;
  private final Runnable keyList;

  /**
   * @param keyList lists the account's keys with the admin key, and throws when that fails
   */
  MailgunCheckup(
      MailgunConfig config, MailgunRequests requests, MailgunCalls calls, Runnable keyList) {
    this.config = config;
    this.requests = requests;
    this.calls = calls;
    this.keyList = keyList;
  }

  Endpoint api() {
    return new Endpoint(
        config.baseUri(),
        Optional.empty(),
        "mailgun's own authority is public: add that of a server in between to the JDK's trust store"
            + " (javax.net.ssl.trustStore)",
        "the times of mailgun's keys and logs are compared with our clock");
  }

  /** The SMTP server, where a login is among the credentials. */
  List<Endpoint> others(List<CredentialScope> scopes) {
    boolean logins = scopes.stream().anyMatch(scope -> scope.kind() == SecretKind.MAILGUN_SMTP);
    return config.smtp().filter(server -> logins).stream().map(MailgunCheckup::endpoint).toList();
  }

  private static Endpoint endpoint(MailgunSmtp server) {
    String host = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
    String scheme = server.implicitTls() ? "smtps" : "smtp";
    return new Endpoint(
        URI.create(scheme + "://" + host + ":" + server.port()),
        server.ca(),
        "set 'smtp.ca' of the issuer to the PEM file of the authority that signed it",
        "");
  }

  List<Check> checks(List<CredentialScope> scopes) {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.gate("admin key", this::adminKey));
    scopes.stream()
        .map(CredentialScope::domain)
        .filter(domain -> !domain.isEmpty())
        .distinct()
        .map(domain -> Check.of("domain " + domain, () -> domain(domain)))
        .forEach(checks::add);
    boolean logins = scopes.stream().anyMatch(scope -> scope.kind() == SecretKind.MAILGUN_SMTP);
    if (logins && config.smtp().isEmpty()) {
      checks.add(
          Check.of(
              "smtp",
              () ->
                  Finding.fail(
                      "the config names no SMTP server, so that no login can be tested",
                      "set 'smtp' of the issuer, with host, port and, if need be, ca")));
    }
    if (!scopes.isEmpty()) {
      checks.add(Check.of("make keys", MailgunCheckup::make));
    }
    return checks;
  }

  private Finding adminKey() {
    try {
      keyList.run();
      return Finding.ok("mailgun accepts it and lists the account's keys");
    } catch (IssuerException e) {
      return failed(e);
    }
  }

  /** A key's role is in no answer to the key itself. */
  private static Finding make() {
    return Finding.skipped(
        "not checked: mailgun has no harmless way to try making a key",
        "see on mailgun's dashboard that the admin key has the role admin");
  }

  /** Logins are listed, because keys are global and logins belong to a region, as domains do. */
  private Finding domain(String domain) {
    try {
      boolean known =
          calls.asAdmin(
              new Call<>(
                  ApiFamily.DOMAINS,
                  Operation.LIST,
                  "list the smtp logins of " + domain,
                  requests.listLogins(domain, 0, 1),
                  MailgunCheckup::knows));
      return known ? Finding.ok("this account and region know it") : elsewhere(domain);
    } catch (IssuerException.Unauthorized e) {
      // The admin key was accepted for what is global.
      return elsewhere(domain);
    } catch (IssuerException e) {
      return failed(e);
    }
  }

  private static Optional<Boolean> knows(Reply reply) {
    return reply.status() == 404 && !reply.isPage()
        ? Optional.of(false)
        : LoginAnswers.listed(reply).map(logins -> true);
  }

  private Finding elsewhere(String domain) {
    return Finding.fail(
        "mailgun does not know %s at %s".formatted(domain, config.baseUri()), advice());
  }

  private String advice() {
    String spelling = "check its spelling and the account";
    return Arrays.stream(MailgunRegion.values())
        .filter(region -> region.baseUri().equals(config.baseUri()))
        .findFirst()
        .map(here -> here == MailgunRegion.EU ? MailgunRegion.US : MailgunRegion.EU)
        .map(other -> "if it is in the other region, set 'region: " + other.wireName() + "'; else ")
        .orElse("if it is in the other region, correct 'region' or 'base-url'; else ")
        .concat(spelling);
  }

  private static Finding failed(IssuerException failure) {
    return Finding.saying(
        failure.isTransient() ? Outcome.UNREACHABLE : Outcome.FAIL, failure.getMessage());
  }
}
