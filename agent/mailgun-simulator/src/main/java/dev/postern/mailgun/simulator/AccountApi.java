package dev.postern.mailgun.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The account's users, its webhook signing key, and its domains. */
final class AccountApi {
  static final String ACCOUNT_ID = "5f0000000000000000000001";

  private final Account account;

  AccountApi(Account account) {
    this.account = account;
  }

  Answer users(Call call) throws Refusal {
    Optional<String> role = call.query().filled("role");
    List<SimulatedUser> found =
        account.users().stream()
            .filter(user -> role.isEmpty() || role.get().equals(user.role()))
            .toList();
    List<Map<String, @Nullable Object>> page =
        found.stream()
            .skip(number(call, "skip", 0))
            .limit(number(call, "limit", 100))
            .map(AccountApi::user)
            .toList();
    return Answer.json(200, Json.of("users", page, "total", found.size()));
  }

  Answer me(Call call) throws Refusal {
    SimulatedUser me =
        account.users().stream()
            .filter(user -> user.id().equals(call.caller().userId()))
            .findFirst()
            .orElseThrow(() -> new Refusal(403, "Incompatible key for this endpoint"));
    return Answer.json(200, user(me));
  }

  Answer signingKey() {
    return Answer.json(
        200, Json.of("message", "success", "http_signing_key", account.shownSigningKey().expose()));
  }

  Answer replaceSigningKey(Call call) {
    return Answer.json(
        200,
        Json.of(
            "message",
            "regenerated HTTP signing key for account",
            "http_signing_key",
            account.replaceSigningKey(call.lag()).expose()));
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

  private static Map<String, @Nullable Object> user(SimulatedUser user) {
    int at = user.email().indexOf('@');
    Map<String, Object> parts =
        Map.of(
            "local_part", user.email().substring(0, at),
            "domain", user.email().substring(at + 1));
    Instant changed = user.passwordUpdatedAt();
    return Json.of(
        "id", user.id(),
        "name", "User " + user.id(),
        "activated", true,
        "is_disabled", false,
        "email", user.email(),
        "email_details", Map.of("address", user.email(), "is_valid", true, "parts", parts),
        "role", user.role(),
        "account_id", ACCOUNT_ID,
        "is_master", user.isOwner(),
        "metadata", Map.of(),
        "tfa_enabled", user.secondFactorEnabled(),
        "tfa_active", user.secondFactorActive(),
        "tfa_created_at", null,
        "password_updated_at", changed == null ? null : Timestamps.microseconds(changed),
        "auth", Map.of("method", "password"));
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
