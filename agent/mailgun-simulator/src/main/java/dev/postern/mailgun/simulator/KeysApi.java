package dev.postern.mailgun.simulator;

import dev.postern.mailgun.simulator.AccountState.StoredKey;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /v1/keys}. */
final class KeysApi {
  private final Account account;

  KeysApi(Account account) {
    this.account = account;
  }

  Answer list(Call call) throws Refusal {
    Optional<String> domain =
        call.query().filled("domain_name").map(name -> name.toLowerCase(Locale.ROOT));
    Optional<String> word = call.query().filled("kind");
    Optional<KeyKind> kind = word.isEmpty() ? Optional.empty() : Optional.of(kind(word.get()));
    List<Map<String, @Nullable Object>> items =
        account.state().keys().values().stream()
            .map(StoredKey::key)
            .filter(key -> kind.isEmpty() || key.kind() == kind.get())
            .filter(key -> domain.isEmpty() || domain.get().equals(key.domain()))
            .map(KeysApi::item)
            .toList();
    return Answer.json(200, Json.of("total_count", items.size(), "items", items));
  }

  Answer create(Call call) throws Refusal {
    NewKey wish = wish(call.form());
    if (wish.domain() != null && !account.state().domains().containsKey(wish.domain())) {
      throw new Refusal(400, "Domain not found: " + wish.domain());
    }
    IssuedKey issued =
        account
            .createKey(wish, call.keyLimit())
            .orElseThrow(() -> new Refusal(403, "could not create key, account limit reached"));
    Map<String, @Nullable Object> key = item(issued.key());
    key.put("secret", issued.exposeSecret());
    return Answer.json(200, Json.of("message", "great success", "key", key));
  }

  Answer delete(Call call) throws Refusal {
    if (!account.deleteKey(call.path("key_id"), call.lag())) {
      throw new Refusal(404, "no key matching id");
    }
    return Answer.message(200, "key deleted");
  }

  private static NewKey wish(Form form) throws Refusal {
    Optional<String> kindWord = form.filled("kind");
    KeyKind kind = kindWord.isEmpty() ? KeyKind.USER : kind(kindWord.get());
    KeyRole role = role(form.filled("role").orElse(""));
    Optional<String> expiration = form.filled("expiration");
    try {
      return new NewKey(
          kind,
          role,
          form.filled("domain_name").orElse(null),
          form.first("description").orElse(""),
          expiration.isEmpty() ? null : Duration.ofSeconds(Integer.parseInt(expiration.get())),
          form.filled("user_id").orElse(null),
          form.filled("user_name").orElse(null),
          form.filled("email").orElse(null));
    } catch (NumberFormatException e) {
      throw new Refusal(400, "expiration must be a number of seconds");
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, String.valueOf(e.getMessage()));
    }
  }

  private static KeyKind kind(String word) throws Refusal {
    for (KeyKind kind : KeyKind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new Refusal(400, "expected `kind` param to be one of [domain user web] or absent");
  }

  private static KeyRole role(String word) throws Refusal {
    for (KeyRole role : KeyRole.values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new Refusal(400, "expected `role` param to be one of [admin basic sending developer]");
  }

  private static Map<String, @Nullable Object> item(SimulatedKey key) {
    Map<String, @Nullable Object> item =
        Json.of(
            "id", key.id(),
            "description", key.description(),
            "kind", key.kind().word(),
            "role", key.role().word(),
            "created_at", Timestamps.withoutZone(key.createdAt()),
            "updated_at", Timestamps.withoutZone(key.updatedAt()),
            "domain_name", key.domain(),
            "requestor", key.email(),
            "user_name", key.userName(),
            "is_disabled", key.disabled());
    if (key.expiresAt() != null) {
      item.put("expires_at", Timestamps.withoutZone(key.expiresAt()));
    }
    if (key.disabledReason() != null) {
      item.put("disabled_reason", key.disabledReason());
    }
    return item;
  }
}
