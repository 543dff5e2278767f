package dev.postern.sidecar.config;

/** How an SMTP login's password is replaced. */
public enum SmtpStrategy {
  /** Two logins take turns: the idle one gets the new password, so no send fails. */
  ALTERNATING,
  /** The one login's password is replaced, which kills the old one at once. */
  IN_PLACE
}
