package dev.postern.mailgun;

import dev.postern.SecretFields;
import dev.postern.issuer.CredentialScope;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The name of an SMTP login: the whole address, in lower case, as Mailgun's interface has it. */
final class SmtpLogin {
  private static final Pattern LOCAL_PART = Pattern.compile("[a-z0-9._%+=~-]{1,64}");

  private SmtpLogin() {}

  /** A stored or configured name may be the local part only. */
  static String address(CredentialScope scope, String name) {
    String stripped = name.strip().toLowerCase(Locale.ROOT);
    return stripped.contains("@")
        ? stripped
        : stripped + "@" + scope.domain().toLowerCase(Locale.ROOT);
  }

  static Optional<String> of(CredentialScope scope, SecretFields fields) {
    return fields
        .field(MailgunFields.LOGIN)
        .map(login -> login.exposeUtf8().strip())
        .filter(login -> !login.isEmpty())
        .map(login -> address(scope, login));
  }

  static boolean isLegal(CredentialScope scope, String address) {
    String domain = "@" + scope.domain().toLowerCase(Locale.ROOT);
    return address.endsWith(domain)
        && LOCAL_PART.matcher(address.substring(0, address.length() - domain.length())).matches();
  }
}
