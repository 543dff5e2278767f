package dev.postern.mailgun;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.Predecessor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The SMTP logins that the tests share. */
final class Logins {
  static final String DOMAIN = "mg.example.com";
  static final String A = "app-a@" + DOMAIN;
  static final String B = "app-b@" + DOMAIN;
  static final String CANARY_PASSWORD = "canary-password-1234";
  static final CredentialScope IN_PLACE = new CredentialScope(SecretKind.MAILGUN_SMTP, DOMAIN);
  static final CredentialScope ALTERNATING =
      new CredentialScope(SecretKind.MAILGUN_SMTP, DOMAIN, List.of(A, B));

  private Logins() {}

  static SecretFields fields(String login, String password) {
    return SecretFields.takeOwnershipOf(
        Map.of("login", SecretBytes.ofUtf8(login), "password", SecretBytes.ofUtf8(password)));
  }

  static Predecessor old(String login) {
    return new Predecessor(Optional.empty(), fields(login, CANARY_PASSWORD));
  }

  static String text(SecretFields fields, String name) {
    return fields.field(name).orElseThrow().exposeUtf8();
  }
}
