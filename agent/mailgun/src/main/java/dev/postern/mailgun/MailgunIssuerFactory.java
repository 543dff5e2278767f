package dev.postern.mailgun;

import dev.postern.issuer.CredentialIssuer;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Makes issuers for Mailgun accounts. */
public final class MailgunIssuerFactory {
  private MailgunIssuerFactory() {}

  /** An issuer with an HTTP client of its own, made at the first call. */
  public static CredentialIssuer create(
      MailgunConfig config, AdminKey adminKey, InstantSource clock, CallObserver observer) {
    return new MailgunIssuer(
        config, new HttpWire(config.timeouts().connect()), adminKey, clock, observer);
  }

  /**
   * An issuer on a client that others use too, since each client costs 35 to 45 MB.
   *
   * @param client asked once, at the first call; must never follow redirects and should have a
   *     connect time-out. The caller closes it, after the issuer
   */
  public static CredentialIssuer create(
      MailgunConfig config,
      AdminKey adminKey,
      InstantSource clock,
      CallObserver observer,
      Supplier<HttpClient> client) {
    return new MailgunIssuer(config, new HttpWire(client), adminKey, clock, observer);
  }
}
