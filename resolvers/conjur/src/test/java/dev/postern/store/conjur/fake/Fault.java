package dev.postern.store.conjur.fake;

/** What a server, or something before it, does wrong to one request. */
public enum Fault {
  /** No answer. */
  STALL,
  /** The connection ends in the middle of the body. */
  CUT,
  /** A body that never ends. */
  ENDLESS,
  /** 200 with what is no answer of Conjur. */
  GARBAGE,
  /** 429 with a time to stay away. */
  THROTTLE,
  /** As with the database gone, or of two writers at once; nothing was done. */
  ERROR_500,
  /** As before, but it was done. */
  ERROR_500_AFTER,
  /** An address that knows no Conjur. */
  NOT_HERE_404,
  /** An address that sends elsewhere. */
  REDIRECT_302
}
