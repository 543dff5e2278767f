package dev.postern;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a secret is for, and so which fields it has and how it is rotated. */
public enum SecretKind {
  /** A Mailgun domain sending key: may only post messages for its one domain. */
  MAILGUN_SENDING_KEY("mailgun-sending-key", List.of("api_key")),
  /** A Mailgun account key: may do everything its role allows. */
  MAILGUN_ACCOUNT_KEY("mailgun-account-key", List.of("api_key")),
  /** A Mailgun SMTP login and its password. */
  MAILGUN_SMTP("mailgun-smtp", List.of("login", "password")),
  /** The key with which Mailgun signs webhooks. */
  MAILGUN_WEBHOOK_SIGNING_KEY("mailgun-webhook-signing-key", List.of("signing_key")),
  /** Served as it is and never rotated; it has whatever fields the store holds. */
  STATIC("static", List.of());

  private final String wireName;
  private final List<String> fields;

  SecretKind(String wireName, List<String> fields) {
    this.wireName = wireName;
    this.fields = fields;
  }

  public static Optional<SecretKind> ofWireName(String name) {
    return Arrays.stream(values()).filter(kind -> kind.wireName.equals(name)).findFirst();
  }

  public String wireName() {
    return wireName;
  }

  /**
   * The fields that consumers are given, the secret one last. Empty for {@link #STATIC}: all that
   * the store holds.
   */
  public List<String> fields() {
    return fields;
  }
}
