package dev.postern.mailgun.simulator;

import java.util.Locale;

/** The vendor's kinds of API key. */
public enum KeyKind {
  /** Bound to one sending domain. */
  DOMAIN,
  /** For the account. */
  USER,
  /** Lives a day at most, and is not subject to the IP allow list. */
  WEB;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
