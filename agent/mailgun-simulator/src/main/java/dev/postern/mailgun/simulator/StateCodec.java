package dev.postern.mailgun.simulator;

import dev.postern.mailgun.simulator.AccountState.StoredKey;
import dev.postern.mailgun.simulator.AccountState.StoredLogin;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The account as JSON, for the state file and for snapshots. */
final class StateCodec {
  private static final int FORMAT = 1;

  private StateCodec() {}

  static byte[] encode(AccountState state) {
    return Json.bytes(
        Json.of(
            "format", FORMAT,
            "domains",
                state.domains().entrySet().stream()
                    .map(
                        each ->
                            Json.of(
                                "name", each.getKey(), "created_at", each.getValue().toString()))
                    .toList(),
            "keys", state.keys().values().stream().map(StateCodec::key).toList(),
            "logins", state.logins().values().stream().map(StateCodec::login).toList(),
            "allowed", state.allowed(),
            "signing_key", state.signingKey().expose()));
  }

  /**
   * @throws IllegalArgumentException when the bytes are no such state; the message quotes nothing
   */
  static AccountState decode(byte[] bytes) {
    try {
      Node root = new Node(Json.object(bytes));
      if (!Integer.valueOf(FORMAT).equals(root.fields().get("format"))) {
        throw new IllegalArgumentException(
            "the simulator's state has another format than "
                + FORMAT
                + "; remove it to start anew");
      }
      Map<String, Instant> domains = new LinkedHashMap<>();
      root.list("domains").forEach(each -> domains.put(each.text("name"), each.time("created_at")));
      Map<String, StoredKey> keys = new LinkedHashMap<>();
      root.list("keys").forEach(each -> keys.put(each.text("id"), keyOf(each)));
      Map<String, StoredLogin> logins = new LinkedHashMap<>();
      root.list("logins").forEach(each -> logins.put(each.text("address"), loginOf(each)));
      Map<String, String> allowed = new LinkedHashMap<>();
      root.node("allowed").fields().forEach((at, what) -> allowed.put((String) at, (String) what));
      return new AccountState(
          domains, keys, logins, allowed, new Concealed(root.text("signing_key")));
    } catch (IOException | DateTimeException | ClassCastException | NullPointerException e) {
      // The cause is left out: a parser's message quotes what it read.
      throw new IllegalArgumentException(
          "the simulator's state is not readable; remove it to start anew");
    }
  }

  private static Map<String, @Nullable Object> key(StoredKey stored) {
    SimulatedKey key = stored.key();
    return Json.of(
        "id", key.id(),
        "kind", key.kind().word(),
        "role", key.role().word(),
        "domain", key.domain(),
        "description", key.description(),
        "created_at", key.createdAt().toString(),
        "updated_at", key.updatedAt().toString(),
        "expires_at", key.expiresAt() == null ? null : key.expiresAt().toString(),
        "disabled_reason", key.disabledReason(),
        "user_id", key.userId(),
        "user_name", key.userName(),
        "email", key.email(),
        "sha256", stored.digest());
  }

  private static StoredKey keyOf(Node node) {
    return new StoredKey(
        new SimulatedKey(
            node.text("id"),
            KeyKind.valueOf(node.text("kind").toUpperCase(Locale.ROOT)),
            KeyRole.valueOf(node.text("role").toUpperCase(Locale.ROOT)),
            node.optional("domain"),
            node.text("description"),
            node.time("created_at"),
            node.time("updated_at"),
            node.optional("expires_at") == null ? null : node.time("expires_at"),
            node.optional("disabled_reason"),
            node.optional("user_id"),
            node.optional("user_name"),
            node.optional("email")),
        node.text("sha256"));
  }

  private static Map<String, @Nullable Object> login(StoredLogin stored) {
    SimulatedLogin login = stored.login();
    return Json.of(
        "address", login.address(),
        "domain", login.domain(),
        "created_at", login.createdAt().toString(),
        "system", login.system(),
        "sha256", stored.digest());
  }

  private static StoredLogin loginOf(Node node) {
    return new StoredLogin(
        new SimulatedLogin(
            node.text("address"),
            node.text("domain"),
            node.time("created_at"),
            Boolean.TRUE.equals(node.fields().get("system"))),
        node.text("sha256"));
  }

  /** A JSON object; what is missing or of another type is a NullPointer- or ClassCastException. */
  private record Node(Map<?, ?> fields) {
    @Nullable String optional(String name) {
      return (String) fields.get(name);
    }

    String text(String name) {
      String text = optional(name);
      if (text == null) {
        throw new NullPointerException("a field is missing");
      }
      return text;
    }

    Instant time(String name) {
      return Instant.parse(text(name));
    }

    Node node(String name) {
      if (fields.get(name) instanceof Map<?, ?> map) {
        return new Node(map);
      }
      throw new ClassCastException("a field is no object");
    }

    List<Node> list(String name) {
      if (fields.get(name) instanceof List<?> list) {
        return list.stream().map(each -> new Node((Map<?, ?>) each)).toList();
      }
      throw new ClassCastException("a field is no list");
    }
  }
}
