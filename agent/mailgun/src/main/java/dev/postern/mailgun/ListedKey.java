package dev.postern.mailgun;

import dev.postern.issuer.LiveCredential;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** One entry of Mailgun's list of keys; absent texts are empty. */
record ListedKey(
    String id,
    String description,
    String kind,
    String role,
    String domain,
    String userId,
    String userName,
    String email,
    boolean disabled,
    Optional<Instant> createdAt,
    Optional<Instant> expiresAt) {

  static ListedKey of(String id, Map<?, ?> item) {
    return new ListedKey(
        id,
        text(item, "description"),
        text(item, "kind"),
        text(item, "role"),
        text(item, "domain_name"),
        text(item, "user_id"),
        text(item, "user_name"),
        text(item, "requestor"),
        Boolean.TRUE.equals(item.get("is_disabled")),
        MailgunTime.parse(text(item, "created_at")),
        MailgunTime.parse(text(item, "expires_at")));
  }

  /**
   * Whether it may still be used. One whose expiry can not be read counts as live: it is better to
   * revoke a dead key than to overlook a live one.
   */
  boolean isLiveAt(Instant now) {
    return !disabled && expiresAt.map(now::isBefore).orElse(true);
  }

  /**
   * Checked here although the list was asked for so: a server that does not know the filter must
   * not bring the keys of another domain to be deleted.
   */
  boolean isSendingKeyOf(String wanted) {
    return kind.equals("domain") && role.equals("sending") && domain.equalsIgnoreCase(wanted);
  }

  boolean isAccountKey() {
    return kind.equals("user");
  }

  LiveCredential asLiveCredential() {
    return new LiveCredential(id, description, createdAt);
  }

  private static String text(Map<?, ?> item, String name) {
    return item.get(name) instanceof String value ? value : "";
  }
}
