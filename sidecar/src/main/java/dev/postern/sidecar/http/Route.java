package dev.postern.sidecar.http;

import java.util.Locale;

/** What was asked for; a metric label. */
public enum Route {
  LIST,
  SECRET,
  FIELD,
  /** A long poll: its time is mostly waiting, so it is kept apart. */
  WAIT,
  WATCH,
  ACK,
  REJECTED,
  REFRESH,
  ROTATE,
  ROTATIONS,
  CONSUMERS,
  STATUS,
  METRICS,
  HEALTH,
  /** A look-up in a table that a mail program asks. */
  SOCKETMAP,
  /** Unknown paths, and what never became a request. */
  OTHER;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
