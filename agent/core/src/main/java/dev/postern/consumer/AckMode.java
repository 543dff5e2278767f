package dev.postern.consumer;

/** What counts as an acknowledgement. */
public enum AckMode {
  /** Having fetched the version. */
  FETCH,
  /** Having said so. */
  EXPLICIT
}
