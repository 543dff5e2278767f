package dev.postern.sidecar.config;

import dev.postern.sidecar.config.YamlNode.Scalar;
import java.util.Set;

/** One value under a known key, with what a message may show of it. */
final class Value {
  /**
   * Keys whose values a message may repeat: words, names, numbers. Not paths and hosts, into which
   * a key or a password is pasted most easily.
   */
  private static final Set<String> HARMLESS =
      Set.of(
          "ack",
          "address",
          "concurrency",
          "cron",
          "deadline",
          "dual-stack",
          "escape",
          "fips",
          "folder",
          "for",
          "gid",
          "grace",
          "group",
          "installation",
          "insecure",
          "issuer",
          "key-expiration",
          "kind",
          "kv-version",
          "max-age",
          "max-connections",
          "max-connections-per-peer",
          "max-stale",
          "memory-lock",
          "method",
          "mode",
          "order",
          "owner",
          "port",
          "refresh",
          "region",
          "requests-per-second",
          "signal",
          "store",
          "strategy",
          "timeout",
          "type",
          "uid",
          "watch",
          "without-successor",
          "wrapped",
          "zone");

  /** A harmless value is short; a longer one is in the wrong place and may be anything. */
  private static final int LONGEST_SHOWN = 24;

  private final Scalar scalar;
  private final boolean harmless;

  Value(String key, Scalar scalar) {
    this.scalar = scalar;
    this.harmless = HARMLESS.contains(key);
  }

  String text() {
    return scalar.text();
  }

  boolean isText() {
    return scalar.type() == Scalar.Type.TEXT;
  }

  boolean isInteger() {
    return scalar.type() == Scalar.Type.INTEGER;
  }

  boolean isBoolean() {
    return scalar.type() == Scalar.Type.BOOLEAN;
  }

  /** What was found, for a message. */
  String shown() {
    boolean plain = text().chars().allMatch(c -> c >= ' ' && c < 0x7f);
    if (!harmless
        || scalar.type() == Scalar.Type.NULL
        || text().length() > LONGEST_SHOWN
        || !plain) {
      return scalar.description();
    }
    return isText() ? "'" + text() + "'" : scalar.description().substring(2) + " " + text();
  }

  <T> Reading<T> expected(String what) {
    return Reading.refused("expected " + what + ", found " + shown());
  }

  @Override
  public String toString() {
    return shown();
  }
}
