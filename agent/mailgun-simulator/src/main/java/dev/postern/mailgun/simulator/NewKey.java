package dev.postern.mailgun.simulator;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The wish for an API key.
 *
 * @param domain for keys of kind {@link KeyKind#DOMAIN}
 * @param lifetime none for a key that does not expire
 */
public record NewKey(
    KeyKind kind,
    KeyRole role,
    @Nullable String domain,
    String description,
    @Nullable Duration lifetime,
    @Nullable String userId,
    @Nullable String userName,
    @Nullable String email) {
  private static final Duration WEB_LIFETIME = Duration.ofDays(1);

  public NewKey {
    domain = domain == null ? null : domain.toLowerCase(Locale.ROOT);
    if (kind == KeyKind.DOMAIN && domain == null) {
      throw new IllegalArgumentException("a key of kind domain needs a domain_name");
    }
    if (role == KeyRole.SENDING && kind != KeyKind.DOMAIN) {
      throw new IllegalArgumentException("the role sending is for keys of kind domain");
    }
    if (lifetime != null && (lifetime.isNegative() || lifetime.isZero())) {
      throw new IllegalArgumentException("expiration must be greater than 0");
    }
    if (kind == KeyKind.WEB && (lifetime == null || lifetime.compareTo(WEB_LIFETIME) > 0)) {
      lifetime = WEB_LIFETIME;
    }
  }

  /** A key that may do everything in the account. */
  public static NewKey admin(String description) {
    return new NewKey(KeyKind.USER, KeyRole.ADMIN, null, description, null, null, null, null);
  }

  /** A key that may send as the domain. */
  public static NewKey sending(String domain, String description) {
    return new NewKey(KeyKind.DOMAIN, KeyRole.SENDING, domain, description, null, null, null, null);
  }

  /** The same, but dying by itself. */
  public NewKey expiringAfter(Duration lifetime) {
    return new NewKey(kind, role, domain, description, lifetime, userId, userName, email);
  }
}
