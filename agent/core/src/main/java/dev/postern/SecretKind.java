package dev.postern;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a secret is for, and so which fields it has and how it is rotated. */
public enum SecretKind {
  /** A Mailgun domain sending key: may only post messages for its one domain. */
  MAILGUN_SENDING_KEY("mailgun-sending-key", List.of("api_key"), Succession.BESIDE),
  /** A Mailgun account key: may do everything its role allows. */
  MAILGUN_ACCOUNT_KEY("mailgun-account-key", List.of("api_key"), Succession.BESIDE),
  /** A Mailgun SMTP login and its password. */
  MAILGUN_SMTP("mailgun-smtp", List.of("login", "password"), Succession.CHOSEN),
  /** The key with which Mailgun signs webhooks. */
  MAILGUN_WEBHOOK_SIGNING_KEY(
      "mailgun-webhook-signing-key", List.of("signing_key"), Succession.REGENERATED),
  /** Served as it is and never rotated; it has whatever fields the store holds. */
  STATIC("static", List.of(), Succession.NONE);

  /** How a successor comes about at the provider; it decides the order of a rotation's steps. */
  public enum Succession {
    /** The provider makes a new credential that lives beside the old one and carries our tag. */
    BESIDE,
    /** We choose the new value, keep it, and then set it at the provider on a login. */
    CHOSEN,
    /** There is one value only: making a new one kills the old, and it can be read again. */
    REGENERATED,
    /** There is none. */
    NONE
  }

  private final String wireName;
  private final List<String> fields;
  private final Succession succession;

  SecretKind(String wireName, List<String> fields, Succession succession) {
    this.wireName = wireName;
    this.fields = fields;
    this.succession = succession;
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

  public Succession succession() {
    return succession;
  }
}
