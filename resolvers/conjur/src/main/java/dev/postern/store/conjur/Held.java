package dev.postern.store.conjur;

import java.security.MessageDigest;
import java.util.Arrays;

/** One version of a variable with its value, which is wiped on {@link #close()}. */
final class Held implements AutoCloseable {
  private final int version;
  private final byte[] text;

  Held(int version, byte[] text) {
    this.version = version;
    this.text = text;
  }

  int version() {
    return version;
  }

  /** The array itself. */
  byte[] exposeText() {
    return text;
  }

  boolean holds(byte[] other) {
    return MessageDigest.isEqual(text, other);
  }

  @Override
  public void close() {
    Arrays.fill(text, (byte) 0);
  }

  @Override
  public String toString() {
    return "Held[" + version + ", " + text.length + " bytes]";
  }
}
