package dev.postern.issuer;

import dev.postern.SecretKind;
import java.util.List;

/**
 * For what a credential is good: its kind, and the sending domain where the kind has one.
 *
 * @param domain the sending domain, or the empty string for a kind that belongs to the account
 * @param logins for a kind whose value is set on a login: the two logins that take turns; empty
 *     when the one login's value is replaced in place, which kills the old value at once
 */
public record CredentialScope(SecretKind kind, String domain, List<String> logins) {

  public CredentialScope {
    logins = List.copyOf(logins);
  }

  /** A scope without logins. */
  public CredentialScope(SecretKind kind, String domain) {
    this(kind, domain, List.of());
  }
}
