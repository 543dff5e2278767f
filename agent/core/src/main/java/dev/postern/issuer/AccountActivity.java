package dev.postern.issuer;

import java.time.Instant;
import java.util.List;

/**
 * What a provider tells about the use of an account: for looking after a leak, not for the cycle.
 *
 * <p><b>Threading and errors</b> as {@link CredentialIssuer}; nothing here changes anything.
 */
public interface AccountActivity {

  /**
   * The uses of one credential that the provider has logged so far, by source address, the most
   * frequent first. Logs come late: a use may show only minutes after it happened.
   *
   * @param id the credential's id, as {@link CredentialIssuer#revoke} takes it
   */
  List<CredentialUse> uses(CredentialScope scope, String id, Instant from, Instant to);

  /** All keys, logins and allow-list entries that give access to this scope's account. */
  List<AccountEntry> entries(CredentialScope scope);

  /** The people with access. */
  List<AccountUser> users();

  /** The pages where a person does what no interface offers. */
  Links links();

  /**
   * Addresses of the provider's own pages.
   *
   * @param passwords where a user's password is changed
   * @param secondFactor where a second factor is set up
   * @param support where a ticket is opened
   */
  record Links(String passwords, String secondFactor, String support) {}
}
