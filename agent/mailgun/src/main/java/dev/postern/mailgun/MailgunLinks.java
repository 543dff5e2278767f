package dev.postern.mailgun;

import dev.postern.issuer.AccountActivity;

/**
 * Where a person finds what no interface offers. For passwords and the second factor these are
 * Mailgun's help articles, which stay and lead to the dashboard's page, whose place has moved.
 */
final class MailgunLinks {
  /** The control panel's Support option, for which the help article on break-ins asks last. */
  static final String SUPPORT = "https://app.mailgun.com/support";

  static final AccountActivity.Links ALL =
      new AccountActivity.Links(
          "https://help.mailgun.com/hc/en-us/articles/360012008114",
          "https://help.mailgun.com/hc/en-us/articles/360011664433",
          SUPPORT);

  private MailgunLinks() {}
}
