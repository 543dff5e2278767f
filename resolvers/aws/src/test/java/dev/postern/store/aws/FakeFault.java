package dev.postern.store.aws;

/** What goes wrong with an answer, once the request was taken. */
public enum FakeFault {
  NONE,
  /** Not a byte of an answer. */
  STALL,
  /** The status line, and then a byte now and then. */
  DRIP,
  /** An answer that ends before its announced length. */
  CUT,
  /** 200 with a text that is no JSON. */
  GARBAGE,
  /** A valid beginning, and no end. */
  ENDLESS,
  THROTTLED,
  FAILED,
  EXPIRED
}
