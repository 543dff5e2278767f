package dev.postern.mailgun;

/** The parts of Mailgun's interface that count their calls together. */
enum ApiFamily {
  KEYS,
  /** Domains and SMTP credentials: 300 calls a minute for an account. */
  DOMAINS,
  MESSAGES,
  LOGS,
  /** Users, allow list, signing key. */
  ACCOUNT
}
