package dev.postern.store.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tokens with leases, and what they are obtained with. Guarded by itself. */
final class FakeTokens {
  private final InstantSource clock;
  private final Map<String, Token> tokens = new HashMap<>();
  private final Map<String, Role> roles = new HashMap<>();
  private final Map<String, String> wrapped = new HashMap<>();
  private int logins;
  private int renewals;
  private int denials;

  FakeTokens(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @param lease zero for tokens without an end
   * @param longest how long a token lives at most, however often it is renewed
   */
  record Role(FakePolicy policy, Duration lease, Duration longest, boolean renewable) {
    static Role of(FakePolicy policy) {
      return new Role(policy, Duration.ofHours(1), Duration.ofDays(1), true);
    }
  }

  private static final class Token {
    final Role role;
    final Instant end;
    Instant expires;

    Token(Role role, Instant now) {
      this.role = role;
      this.end = role.lease().isZero() ? Instant.MAX : now.plus(role.longest());
      this.expires = role.lease().isZero() ? Instant.MAX : now.plus(role.lease());
    }
  }

  /** A role at {@code auth/approle}. */
  synchronized void appRole(String roleId, String secretId, Role role) {
    roles.put("approle " + roleId + " " + secretId, role);
  }

  /** A role at a method that takes signed tokens. */
  synchronized void signed(String mount, String name, String jwt, Role role) {
    roles.put(mount + " " + name + " " + jwt, role);
  }

  /** Puts a secret id behind a token that opens once. */
  synchronized String wrap(String secretId) {
    String token = "hvs.wrapping-" + UUID.randomUUID();
    wrapped.put(token, secretId);
    return token;
  }

  synchronized String issue(Role role) {
    String token = "hvs.fake-" + UUID.randomUUID();
    tokens.put(token, new Token(role, clock.instant()));
    return token;
  }

  synchronized void revokeAll() {
    tokens.clear();
  }

  synchronized int logins() {
    return logins;
  }

  synchronized int renewals() {
    return renewals;
  }

  /** The policy of a token that is valid now. */
  synchronized Optional<FakePolicy> policy(@Nullable String token) {
    Token known = tokens.get(token);
    if (known == null || !known.expires.isAfter(clock.instant())) {
      denials++;
      return Optional.empty();
    }
    return Optional.of(known.role.policy());
  }

  /** How often somebody came with a token that is not valid. */
  synchronized int denials() {
    return denials;
  }

  synchronized FakeAnswer login(String mount, JsonObject body) {
    logins++;
    boolean appRole = mount.equals("approle");
    String first = text(body, appRole ? "role_id" : "role");
    String second = text(body, appRole ? "secret_id" : "jwt");
    Role role = roles.get(mount + " " + first + " " + second);
    if (role == null) {
      return appRole
          ? FakeAnswer.error(400, "invalid role or secret ID")
          : FakeAnswer.error(403, "permission denied");
    }
    String token = issue(role);
    return granted(token, role, role.lease());
  }

  synchronized FakeAnswer renew(String token) {
    renewals++;
    Token known = tokens.get(token);
    if (known == null || !known.role.renewable()) {
      return FakeAnswer.error(400, "lease is not renewable");
    }
    Instant now = clock.instant();
    Instant wanted = now.plus(known.role.lease());
    known.expires = wanted.isAfter(known.end) ? known.end : wanted;
    return granted(token, known.role, Duration.between(now, known.expires));
  }

  synchronized FakeAnswer lookup(String token) {
    Token known = tokens.get(token);
    if (known == null) {
      return FakeAnswer.error(403, "permission denied");
    }
    long ttl =
        known.expires.equals(Instant.MAX)
            ? 0
            : Duration.between(clock.instant(), known.expires).toSeconds();
    return FakeAnswer.of(
        200,
        new JsonObject()
            .add("accessor", "8609694a-cdbc-db9b-d345-e782dbb562ed")
            .add("creation_time", 1_763_000_000)
            .add("creation_ttl", ttl)
            .add("display_name", "token")
            .add("entity_id", "")
            .add("expire_time", Json.NULL)
            .add("explicit_max_ttl", 0)
            .add("id", token)
            .add("meta", Json.NULL)
            .add("num_uses", 0)
            .add("orphan", true)
            .add("path", "auth/token/create")
            .add("policies", new JsonArray().add("mail"))
            .add("renewable", known.role.renewable())
            .add("ttl", ttl)
            .add("type", "service"));
  }

  synchronized FakeAnswer unwrap(@Nullable String token) {
    String secretId = wrapped.remove(token);
    return secretId == null
        ? FakeAnswer.error(400, "wrapping token is not valid or does not exist")
        : FakeAnswer.of(200, new JsonObject().add("secret_id", secretId));
  }

  private static FakeAnswer granted(String token, Role role, Duration lease) {
    return FakeAnswer.auth(
        new JsonObject()
            .add("client_token", token)
            .add("accessor", "8609694a-cdbc-db9b-d345-e782dbb562ed")
            .add("policies", new JsonArray().add("mail"))
            .add("token_policies", new JsonArray().add("mail"))
            .add("metadata", new JsonObject().add("role_name", "postern"))
            .add("lease_duration", lease.toSeconds())
            .add("renewable", role.renewable())
            .add("entity_id", "")
            .add("token_type", "service")
            .add("orphan", true));
  }

  private static String text(JsonObject body, String name) {
    JsonValue value = body.get(name);
    return value == null || !value.isString() ? "" : value.asString();
  }
}
