package dev.postern.issuer;

import dev.postern.RotationTag;
import dev.postern.SecretFields;
import java.util.List;
import java.util.Optional;

/**
 * A mail provider's interface for making, listing, probing and revoking credentials.
 *
 * <p><b>Threading.</b> All methods may be called from any thread at once; they block, and are
 * called from virtual threads. Each call ends within the deadline the implementation was configured
 * with. An implementation may repeat a call by itself only where that is safe.
 *
 * <p><b>Errors.</b> Only {@link IssuerException}s.
 *
 * <p><b>Ownership.</b> Values handed in stay the caller's. Values handed out are the caller's to
 * close.
 */
public interface CredentialIssuer extends AutoCloseable {

  /** The name that the config gives this issuer; a metric label. */
  String name();

  /**
   * Makes a credential, by its kind's {@link dev.postern.SecretKind.Succession}: makes it beside
   * the old one; chooses a value for the login whose turn it is, without telling the provider yet;
   * or reads the regenerated value. Making one beside the old is not idempotent, and never repeated
   * by the implementation once the request may have reached the provider.
   *
   * @param tag written where {@link #live} can read it back, if the kind takes a tag
   * @param old what it is to replace: the new one gets no more rights than this one has
   * @throws IssuerException.OutcomeUnknown when a credential may have been made whose secret nobody
   *     has: the caller lists by the tag, revokes what matches, and asks again
   */
  IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old);

  /**
   * Puts a chosen credential into force, after it was kept. Repeating it with the same fields
   * changes nothing. Only for kinds whose succession is {@code CHOSEN}.
   *
   * @throws IssuerException.OutcomeUnknown when no usable answer came back; a probe tells whether
   *     it is in force, and repeating is safe
   */
  void activate(CredentialScope scope, SecretFields fields);

  /** The provider's identifier of a stored credential, as far as its fields tell. Calls nobody. */
  Optional<String> idOf(CredentialScope scope, SecretFields fields);

  /** The credentials of this scope that are neither disabled nor expired. Calls the provider. */
  List<LiveCredential> live(CredentialScope scope);

  /**
   * Takes a credential out of use: deletes a key, sets a login's password to one that nobody keeps,
   * regenerates a value of which there is only one. Repeating it leaves the same state.
   *
   * @throws IssuerException.OutcomeUnknown when no usable answer came back; repeating is safe
   */
  Revocation revoke(CredentialScope scope, String id);

  /**
   * Asks the provider whether it accepts a credential, without sending anything. Never throws for
   * what the provider says: see {@link ProbeResult}.
   */
  ProbeResult probe(CredentialScope scope, SecretFields fields);

  /**
   * Proves with one cheap call that the provider can be reached and accepts the admin credential.
   */
  void check();

  /**
   * Says that the admin credential in the store may have been replaced: it is read anew before the
   * next call. A rotation of the admin key itself makes the last calls with the new one.
   */
  void renewAuthority();

  /** What the provider tells about the account's use. */
  AccountActivity activity();

  /** Releases connections and wipes the admin credential. Repeating it does nothing. */
  @Override
  void close();
}
