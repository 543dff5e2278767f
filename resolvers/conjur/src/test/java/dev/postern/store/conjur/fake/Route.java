package dev.postern.store.conjur.fake;

/** The calls that the fake server knows. */
public enum Route {
  LOGIN,
  WHOAMI,
  DESCRIBE,
  LIST,
  READ,
  BATCH,
  WRITE
}
