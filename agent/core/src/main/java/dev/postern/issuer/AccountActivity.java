package dev.postern.issuer;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

  /** The same, and what the log does not tell: without it, no use found would look like no use. */
  default Findings find(CredentialScope scope, String id, Instant from, Instant to) {
    return new Findings(uses(scope, id, from, to), Optional.empty());
  }

  /** All keys, logins and allow-list entries that give access to this scope's account. */
  List<AccountEntry> entries(CredentialScope scope);

  /** The people with access. */
  List<AccountUser> users();

  /** The pages where a person does what no interface offers. */
  Links links();

  /**
   * What was found in the provider's log.
   *
   * @param gap why there may be more uses than these, for the receipt; empty when all was read
   */
  record Findings(List<CredentialUse> uses, Optional<String> gap) {

    public Findings {
      uses = List.copyOf(uses);
    }
  }

  /**
   * Addresses of the provider's own pages.
   *
   * @param passwords where a user's password is changed
   * @param secondFactor where a second factor is set up
   * @param support where a ticket is opened
   */
  record Links(String passwords, String secondFactor, String support) {}
}
