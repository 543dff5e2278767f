package dev.postern.failpoint;

/**
 * Every place where the engine touches the outside: each journal write and each call to a store or
 * an issuer. Closed, so that a crash matrix over it is complete.
 */
public enum Failpoint {
  JOURNAL_APPEND,
  STORE_HEAD,
  STORE_READ_CURRENT,
  STORE_READ_VERSION,
  STORE_READ_PENDING,
  STORE_STAGE,
  STORE_PROMOTE,
  STORE_DROP_PENDING,
  STORE_FLAG,
  STORE_UNFLAG,
  ISSUER_LIVE,
  ISSUER_ISSUE,
  ISSUER_ACTIVATE,
  ISSUER_PROBE_SUCCESSOR,
  ISSUER_PROBE_PREDECESSOR,
  ISSUER_REVOKE_PREDECESSOR,
  ISSUER_REVOKE_SUCCESSOR,
  /** The orphan sweep's look at the provider: not one of a rotation's, so not counted with them. */
  ISSUER_LIST_ORPHANS,
  /** The orphan sweep's look at what a store holds. */
  STORE_READ_CLAIMS,
  ISSUER_REVOKE_ORPHAN,
  /** A look at the account's use before and after a leaked credential's revocation. */
  ISSUER_ACTIVITY;

  /** Whether a rotation's own steps reach it; the others belong to what runs beside rotations. */
  public boolean ofTheCycle() {
    return switch (this) {
      case ISSUER_LIST_ORPHANS, STORE_READ_CLAIMS, ISSUER_REVOKE_ORPHAN, ISSUER_ACTIVITY -> false;
      default -> true;
    };
  }

  /** When, around the act, something is to happen. */
  public enum Moment {
    BEFORE,
    /** The act was done, and its answer never arrives. */
    ANSWER_LOST,
    AFTER
  }
}
