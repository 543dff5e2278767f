package dev.postern.mailgun;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One Mailgun account, as the config file names it.
 *
 * @param name the issuer's name in the config; a metric label
 * @param baseUri Mailgun's, or that of a server that speaks its contract; may have a path, never
 *     user info, a query or a fragment
 * @param keyLifetime what new keys get as their expiration, so that a key nobody remembers dies by
 *     itself; at least one second
 * @param timeouts how long to wait
 * @param smtp where SMTP logins are probed; without it nothing is known of them
 * @param domainCallsPerMinute how many calls of the Domains API, to which the SMTP logins belong,
 *     are made in any minute; empty for a server without a limit
 */
public record MailgunConfig(
    String name,
    URI baseUri,
    Optional<Duration> keyLifetime,
    MailgunTimeouts timeouts,
    Optional<MailgunSmtp> smtp,
    OptionalInt domainCallsPerMinute) {
  /** What Mailgun grants an account. */
  public static final OptionalInt MAILGUNS_LIMIT = OptionalInt.of(300);

  private static final Set<String> SCHEMES = Set.of("http", "https");

  public MailgunConfig {
    if (baseUri.getScheme() == null
        || !SCHEMES.contains(baseUri.getScheme().toLowerCase(Locale.ROOT))
        || baseUri.getHost() == null
        || baseUri.getRawUserInfo() != null
        || baseUri.getRawQuery() != null
        || baseUri.getRawFragment() != null) {
      // Not shown: user info would be a password.
      throw new IllegalArgumentException(
          "the base url of issuer "
              + name
              + " must be http:// or https:// with a host and nothing behind the path");
    }
    if (keyLifetime.isPresent() && keyLifetime.get().toSeconds() < 1) {
      throw new IllegalArgumentException(
          "the key lifetime of issuer " + name + " must be at least one second");
    }
    if (domainCallsPerMinute.isPresent() && domainCallsPerMinute.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "the calls per minute of issuer " + name + " must be at least one");
    }
  }

  public static MailgunConfig of(String name, MailgunRegion region) {
    return of(name, region.baseUri()).withSmtp(MailgunSmtp.of(region));
  }

  public static MailgunConfig of(String name, URI baseUri) {
    return new MailgunConfig(
        name,
        baseUri,
        Optional.empty(),
        MailgunTimeouts.DEFAULTS,
        Optional.empty(),
        MAILGUNS_LIMIT);
  }

  public MailgunConfig withKeyLifetime(Duration lifetime) {
    return new MailgunConfig(
        name, baseUri, Optional.of(lifetime), timeouts, smtp, domainCallsPerMinute);
  }

  public MailgunConfig withTimeouts(MailgunTimeouts other) {
    return new MailgunConfig(name, baseUri, keyLifetime, other, smtp, domainCallsPerMinute);
  }

  public MailgunConfig withSmtp(MailgunSmtp server) {
    return new MailgunConfig(
        name, baseUri, keyLifetime, timeouts, Optional.of(server), domainCallsPerMinute);
  }

  public MailgunConfig withDomainCallsPerMinute(OptionalInt limit) {
    return new MailgunConfig(name, baseUri, keyLifetime, timeouts, smtp, limit);
  }
}
