package dev.postern.issuer;

import dev.postern.RotationTag;
import dev.postern.SecretFields;
import java.util.List;

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
   * Makes a credential. Not idempotent, never repeated by the implementation once the request may
   * have reached the provider.
   *
   * @param tag written where {@link #live} can read it back
   * @throws IssuerException.OutcomeUnknown when a credential may have been made whose secret nobody
   *     has: the caller lists by the tag, revokes what matches, and asks again
   */
  IssuedCredential issue(CredentialScope scope, RotationTag tag);

  /** The credentials of this scope that are neither disabled nor expired. */
  List<LiveCredential> live(CredentialScope scope);

  /**
   * Takes a credential out of use. Idempotent.
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

  /** Releases connections and wipes the admin credential. Repeating it does nothing. */
  @Override
  void close();
}
