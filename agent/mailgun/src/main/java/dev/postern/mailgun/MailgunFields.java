package dev.postern.mailgun;

/** The fields of Mailgun's credentials in a store. */
final class MailgunFields {
  static final String API_KEY = "api_key";

  /** By this the key is revoked when its time has come. */
  static final String API_KEY_ID = "api_key_id";

  static final String LOGIN = "login";
  static final String PASSWORD = "password";
  static final String SIGNING_KEY = "signing_key";

  private MailgunFields() {}
}
