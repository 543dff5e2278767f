package dev.postern.issuer;

/** How a request to revoke ended. Both mean that the provider no longer lists the credential. */
public enum Revocation {
  REVOKED,
  /** It was not there: revoked before, perhaps by a call of ours whose answer was lost. */
  ALREADY_GONE
}
