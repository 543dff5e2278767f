package dev.postern.mailgun;

/** The fields of a Mailgun key in a store. */
final class MailgunFields {
  static final String API_KEY = "api_key";

  /** By this the key is revoked when its time has come. */
  static final String API_KEY_ID = "api_key_id";

  private MailgunFields() {}
}
