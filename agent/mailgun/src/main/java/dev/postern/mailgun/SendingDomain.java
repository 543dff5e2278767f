package dev.postern.mailgun;

import dev.postern.issuer.CredentialScope;
import java.util.regex.Pattern;

/** The domain of a scope, which comes from a config and goes into paths and messages. */
final class SendingDomain {
  private static final Pattern LEGAL =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");

  private SendingDomain() {}

  static boolean isLegal(CredentialScope scope) {
    return LEGAL.matcher(scope.domain()).matches();
  }

  /** Completes "the credential"; empty where there is no domain to name. */
  static String suffix(CredentialScope scope) {
    return isLegal(scope) ? " of " + scope.domain() : "";
  }

  static void require(CredentialScope scope, String what, MailgunErrors errors) {
    if (!isLegal(scope)) {
      throw errors.rejected(what, "the secret needs the name of its sending domain in the config");
    }
  }
}
