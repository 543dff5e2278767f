package dev.postern.sidecar.agent;

import dev.postern.SecretBytes;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.mailgun.CallObserver;
import dev.postern.mailgun.MailgunConfig;
import dev.postern.mailgun.MailgunIssuerFactory;
import dev.postern.mailgun.MailgunSmtp;
import dev.postern.mailgun.MailgunTimeouts;
import dev.postern.sidecar.config.IssuerConfig;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import dev.postern.time.TimeSource;
import java.time.Duration;

/** Opens the issuers of a config: what the config says, in each issuer's own words. */
final class Issuers {
  private Issuers() {}

  /**
   * The caller closes it, before the store.
   *
   * @param keys the store with the issuer's admin key
   */
  static CredentialIssuer open(
      String name, IssuerConfig config, SecretStore keys, TimeSource time, CallObserver calls) {
    return switch (config) {
      case IssuerConfig.Mailgun mailgun ->
          MailgunIssuerFactory.create(
              mailgunConfig(name, mailgun), () -> adminKey(keys, mailgun.adminKey()), time, calls);
    };
  }

  private static MailgunConfig mailgunConfig(String name, IssuerConfig.Mailgun config) {
    return new MailgunConfig(
        name,
        config.baseUrl(),
        config.keyExpiration(),
        timeouts(config.timeout()),
        config.smtp().map(smtp -> MailgunSmtp.of(smtp.host(), smtp.port(), smtp.ca())),
        MailgunConfig.MAILGUNS_LIMIT);
  }

  /** One request may take as long as configured, a call with its repeats twice that. */
  private static MailgunTimeouts timeouts(Duration request) {
    MailgunTimeouts defaults = MailgunTimeouts.DEFAULTS;
    return new MailgunTimeouts(
        defaults.connect(),
        request,
        request.multipliedBy(2),
        defaults.firstPause(),
        defaults.longestPause());
  }

  private static SecretBytes adminKey(SecretStore store, IssuerConfig.AdminKey where) {
    try (StoredSecret stored = store.readCurrent(where.path())) {
      return stored
          .fields()
          .field(where.field())
          .map(value -> SecretBytes.takeOwnershipOf(value.exposeCopy()))
          .orElseThrow(
              () ->
                  new StoreException.NotFound(
                      "the admin key is missing: store "
                          + where.store()
                          + " has no field "
                          + where.field()
                          + " at "
                          + where.path()));
    }
  }
}
