package dev.postern.mailgun.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The account's users, its webhook signing key, and its domains. */
final class AccountApi {
  static final String ACCOUNT_ID = "5f0000000000000000000001";
  private static final String OWNER_ID = "1";
  private static final String OWNER_ADDRESS = "owner@postern.example";

  private final Account account;

  AccountApi(Account account) {
    this.account = account;
  }

  /** One user, who owns the account. */
  Answer users(Call call) {
    String role = call.query().filled("role").orElse("admin");
    List<Map<String, @Nullable Object>> users = role.equals("admin") ? List.of(owner()) : List.of();
    return Answer.json(200, Json.of("users", users, "total", users.size()));
  }

  Answer me(Call call) throws Refusal {
    if (!OWNER_ID.equals(call.caller().userId())) {
      throw new Refusal(403, "Incompatible key for this endpoint");
    }
    return Answer.json(200, owner());
  }

  Answer signingKey() {
    return Answer.json(
        200,
        Json.of("message", "success", "http_signing_key", account.state().signingKey().expose()));
  }

  Answer replaceSigningKey() {
    return Answer.json(
        200,
        Json.of(
            "message",
            "regenerated HTTP signing key for account",
            "http_signing_key",
            account.replaceSigningKey().expose()));
  }

  Answer domains(Call call) throws Refusal {
    List<Map<String, @Nullable Object>> items = new ArrayList<>();
    account.state().domains().forEach((name, added) -> items.add(domain(name, added)));
    int skip = number(call, "skip", 0);
    int limit = number(call, "limit", 100);
    return Answer.json(
        200,
        Json.of(
            "total_count", items.size(),
            "items", items.stream().skip(skip).limit(limit).toList()));
  }

  private static int number(Call call, String name, int otherwise) throws Refusal {
    String text = call.query().filled(name).orElse(Integer.toString(otherwise));
    if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > 1000) {
      throw new Refusal(400, "Parameter '" + name + "' must be between 0 and 1000");
    }
    return Integer.parseInt(text);
  }

  private static Map<String, @Nullable Object> owner() {
    return Json.of(
        "id",
        OWNER_ID,
        "name",
        "Account Owner",
        "activated",
        true,
        "is_disabled",
        false,
        "email",
        OWNER_ADDRESS,
        "email_details",
        Map.of(
            "address",
            OWNER_ADDRESS,
            "is_valid",
            true,
            "parts",
            Map.of("local_part", "owner", "domain", "postern.example")),
        "role",
        "admin",
        "account_id",
        ACCOUNT_ID,
        "is_master",
        true,
        "metadata",
        Map.of(),
        "tfa_enabled",
        false,
        "tfa_active",
        false,
        "tfa_created_at",
        null,
        "password_updated_at",
        null,
        "auth",
        Map.of("method", "password"));
  }

  private static Map<String, @Nullable Object> domain(String name, Instant added) {
    return Json.of(
        "created_at",
        Timestamps.web(added),
        "id",
        name,
        "is_disabled",
        false,
        "name",
        name,
        "require_tls",
        false,
        "skip_verification",
        false,
        "smtp_login",
        "postmaster@" + name,
        "spam_action",
        "disabled",
        "state",
        "active",
        "type",
        "custom",
        "use_automatic_sender_security",
        false,
        "web_prefix",
        "email",
        "web_scheme",
        "https",
        "wildcard",
        false,
        "encrypt_incoming_message",
        false,
        "message_ttl",
        259200,
        "disabled",
        null);
  }
}
